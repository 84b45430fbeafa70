import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {randomBytes} from 'node:crypto';
import {workFolder} from '../matcher.ts';
import {nameOf, nativePath, type BytePath} from '../path.ts';
import type {Mounts} from './mounts.ts';

/**
 * The folder inside a root, on the root's own file system, where content is staged and where
 * displaced files go; each file system that is mounted inside has one more, made when it is
 * needed, for no rename leads from one to another. A .gitignore keeps it out of a repository's sight.
 */
export const workArea = (root: BytePath, id: string, mounts: Mounts) => {
	const base = `${root}/${workFolder}`;
	const stage = `${base}/stage-${id}`;
	const make = (folder: BytePath): BytePath => {
		mkdirSync(nativePath(folder), {recursive: true, mode: 0o700});
		return folder;
	};
	const clear = (folder: BytePath, kept: ReadonlySet<string>) => {
		for (const name of readdirSync(nativePath(folder), {encoding: 'latin1'})) {
			if (!kept.has(name)) rmSync(nativePath(`${folder}/${name}`), {recursive: true, force: true});
		}
	};
	/** A work folder beside the path, on its file system; undefined: this is the root's own. */
	const nested = (path: BytePath): BytePath | undefined => {
		const mount = mounts.holding(path);
		if (mount === '') return undefined;
		const folder = `${mount}/${workFolder}`;
		make(`${root}/${folder}`);
		writeIfMissing(`${root}/${folder}/.gitignore`, '*\n');
		return folder;
	};

	const stageFor = (path: BytePath): BytePath => {
		const folder = nested(path);
		return folder === undefined ? stage : make(`${root}/${folder}/stage-${id}`);
	};

	return {
		mounts,
		/** Where what will stand at the path is staged. */
		stageFor,
		/** Where it waits for its name to become free, on a file system that cannot exchange two. */
		waitingFor: (path: BytePath, slot: BytePath) => nativePath(`${stageFor(path)}/${nameOf(slot)}`),
		/** Where in the trash what is displaced from the path goes; `name` is new there. */
		slotFor(path: BytePath, name: BytePath): BytePath {
			const folder = nested(path);
			if (folder === undefined) return name;
			make(`${root}/${folder}/trash`);
			return `${folder}/trash/${name}`;
		},
		/** A slot of the root's own trash is a name, of another one a path. */
		slotPath: (slot: BytePath) =>
			nativePath(slot.includes('/') ? `${root}/${slot}` : `${base}/trash/${slot}`),
		base,
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
		/** `waiting`: slots whose replacement may still wait for its name, and stays. */
		clearStage({arriving, waiting = []}: {arriving: boolean; waiting?: BytePath[]}): void {
			const kept = new Set(waiting.map(slot => nameOf(slot)));
			clear(stage, arriving ? kept : new Set([...kept, 'arriving']));
			for (const mount of mounts.known) {
				const folder = `${root}/${mount}/${workFolder}/stage-${id}`;
				if (existsSync(nativePath(folder))) clear(folder, kept);
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
