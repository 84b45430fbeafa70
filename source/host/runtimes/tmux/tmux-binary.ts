import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {FleetError} from '../../../errors.ts';

const run = promisify(execFile);
const oldest = [3, 2] as const;

/** The version that a line like `tmux 3.3a` or `tmux next-3.6` speaks of; null when it is none. */
export const parseTmuxVersion = (line: string): {major: number; minor: number} | null => {
	const match = /^tmux (?:next-|openbsd-)?(\d+)\.(\d+)/.exec(line);
	return match === null ? null : {major: Number(match[1]), minor: Number(match[2])};
};

/** Yields the version text of the tmux on the PATH; rejects with `not-supported` when it is missing or too old. */
export const checkTmux = async (tmux = 'tmux', env: NodeJS.ProcessEnv = process.env) => {
	let text: string;
	try {
		text = (await run(tmux, ['-V'], {timeout: 10_000, env})).stdout.trim();
	} catch (error) {
		throw new FleetError('not-supported', 'tmux is missing', {
			hint: 'apt install tmux (or your system’s own package)',
			cause: error,
		});
	}

	const version = parseTmuxVersion(text);
	const old =
		version !== null &&
		(version.major < oldest[0] || (version.major === oldest[0] && version.minor < oldest[1]));
	if (old && !text.includes('openbsd')) {
		throw new FleetError('not-supported', `${text} is too old`, {
			hint: `install tmux ${oldest.join('.')} or newer`,
		});
	}

	return text.replace(/^tmux /, '');
};
