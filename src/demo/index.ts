/**
 * The sample mesh Skyways: lays out its documents and data, invents its people, and loads it by the ordinary operations,
 * each as the person whose work it is.
 * It paints nothing on: what a newcomer sees came about as it would for anybody, and nothing here has rights of its own.
 */
export { cast } from './cast.ts'
export { loadSkyways, type DemoWorld } from './load-skyways.ts'
