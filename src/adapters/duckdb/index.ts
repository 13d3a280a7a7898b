/**
 * DuckDB in processes of its own: the query room's `Engine` and the runs room's `Workshop`. Workers have an address-space
 * limit, the least rights that the system offers and a watchdog that kills; one statement runs in a worker at a time, so
 * that a death fails nothing else. It never runs SQL in the server's process, never decides what a statement may see, and
 * never lets the engine download anything.
 */
export { openDuckDB, type DuckDBOptions } from './engine.ts'
export { duckdbWorkshop, type WorkshopOptions } from './workshop.ts'
