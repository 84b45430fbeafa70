import {defineConfig} from 'vitest/config';

export default defineConfig({
	test: {
		include: ['test/**/*.test.{ts,tsx}'],
		// Ink asks `tput` for the size where there is no terminal (100 ms a test), and drops colour.
		env: {COLUMNS: '100', LINES: '40', FORCE_COLOR: '1', NODE_ENV: 'test', CI: 'false'},
		testTimeout: 30_000,
		hookTimeout: 60_000,
		pool: 'forks',
		// Most tests wait for real programs, not for a processor.
		maxWorkers: 4,
	},
});
