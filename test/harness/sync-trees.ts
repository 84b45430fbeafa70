import {existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import type {SyncedPair} from './synced-pair.ts';

export type Trees = {
	/** The rule's roots on the laptop and on the host. */
	near: string;
	far: string;
};

let counter = 0;

/** Configures one rule between two folders of a new name, which are not made. */
export const newRule = async (
	pair: SyncedPair,
	kind: 'sync_bidi' | 'sync_up',
	more = '',
): Promise<Trees> => {
	const name = `tree-${counter++}`;
	await pair.configure(
		`[[remote.dev-server.${kind}]]\nlocal = "~/${name}"\nremote = "~/${name}"\n${more}`,
	);
	return {near: path.join(pair.laptop.home, name), far: path.join(pair.host.home, name)};
};

/** Writes a file, and the folders above it. */
export const put = (root: string, file: string, content: string | Buffer): void => {
	mkdirSync(path.dirname(path.join(root, file)), {recursive: true});
	writeFileSync(path.join(root, file), content);
};

export const got = (root: string, file: string): string =>
	readFileSync(path.join(root, file), 'utf8');

/** What stands at the top, sync's own folder left out. */
export const names = (root: string): string[] =>
	readdirSync(root)
		.filter(name => name !== '.fleet-sync')
		.sort();

/** True once something of a large file lies beside the tree. */
export const isOnItsWay = (root: string): boolean => {
	const work = path.join(root, '.fleet-sync');
	return readdirSync(work)
		.filter(name => name.startsWith('stage-'))
		.some(name => {
			const folder = path.join(work, name, 'arriving');
			return (
				existsSync(folder) &&
				readdirSync(folder).some(file => statSync(path.join(folder, file)).size > 0)
			);
		});
};
