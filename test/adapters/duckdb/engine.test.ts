import { engineConformance } from '../../conformance/engine.ts'
import { suiteEngine } from './suite-engine.ts'

const suite = suiteEngine()
engineConformance({ name: 'duckdb', engine: () => suite().engine })
