/**
 * HTTP: bytes to calls on the rooms' faces and back. Mounts every operation of the API's table, streams answers of
 * governed SQL in five formats, takes uploads, and shows a few plain pages until the portal takes them over.
 * It decides nothing: who may do what is asked of the operations and the gateway, and every refusal passes through as a
 * problem document. Nothing is served to somebody whom no token signs in, but the pages' own frame, health and metrics.
 */
export { bindHttp, openHttp, type BoundHttp, type HttpPlace } from './bind-http.ts'
export type { HttpDoor } from './http-door.ts'
export type { HttpLimits, HttpLog, HttpWorld, SignedIn } from './world.ts'
