import {mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {randomBytes} from 'node:crypto';
import {workFolder} from '../matcher.ts';
import {nativePath, type BytePath} from '../path.ts';

/**
 * The folder inside a root, on the root's own file system, where content is staged and where
 * displaced files go. A .gitignore in it keeps it out of a repository's sight.
 */
export const workArea = (root: BytePath, id: string) => {
	const base = `${root}/${workFolder}`;
	const stage = `${base}/stage-${id}`;
	return {
		base,
		trash: `${base}/trash`,
		stage,
		/** Where larger files arrive, under their own relative paths; they survive a cut, to go on from. */
		filled: `${stage}/arriving`,
		clock: `${base}/clock`,
		create(): void {
			mkdirSync(nativePath(`${base}/trash`), {recursive: true, mode: 0o700});
			mkdirSync(nativePath(stage), {recursive: true, mode: 0o700});
			writeIfMissing(`${base}/.gitignore`, '*\n');
			writeIfMissing(`${base}/root`, randomBytes(12).toString('hex'));
		},
		/** Tells this folder from another that took its name; undefined where there is none yet. */
		marker(): string | undefined {
			try {
				return readFileSync(nativePath(`${base}/root`), 'utf8').slice(0, 100);
			} catch {
				return undefined;
			}
		},
		clearStage({arriving}: {arriving: boolean}): void {
			for (const name of readdirSync(nativePath(stage), {encoding: 'latin1'})) {
				if (name === 'arriving' && !arriving) continue;
				rmSync(nativePath(`${stage}/${name}`), {recursive: true, force: true});
			}
		},
	};
};

export type WorkArea = ReturnType<typeof workArea>;

function writeIfMissing(file: BytePath, content: string): void {
	try {
		writeFileSync(nativePath(file), content, {flag: 'wx', mode: 0o600});
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
	}
}
