import type { DemoProgress } from '../operations/index.ts'

export const noDemo: DemoProgress = { state: 'none', done: 0, of: 0, products: [], people: [] }
