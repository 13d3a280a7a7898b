import { defineConfig } from 'vitest/config'

/** Tests against clients and servers of other makers, which they set up by name in `.cache/`. */
export default defineConfig({
  test: {
    include: ['test/peers/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 900_000,
    pool: 'forks',
    maxWorkers: 1,
  },
})
