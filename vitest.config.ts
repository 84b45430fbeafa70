import {defineConfig} from 'vitest/config';

export default defineConfig({
	test: {
		include: ['test/**/*.test.{ts,tsx}'],
		// Ink asks `tput` for the size where there is no terminal (100 ms a test), and drops colour.
		env: {COLUMNS: '100', LINES: '40', FORCE_COLOR: '1', NODE_ENV: 'test', CI: 'false'},
		testTimeout: 30_000,
		hookTimeout: 60_000,
		// Real programs on a machine of two cores: one more look where nobody watches. The report names what
		// needed it (`retry x1`), and that is mended; at a desk nothing is tried twice.
		retry: process.env['CI'] === 'true' ? 1 : 0,
		pool: 'forks',
		// Most tests wait for real programs, not for a processor.
		maxWorkers: 4,
	},
});
