import {mkdir, utimes, writeFile} from 'node:fs/promises';
import path from 'node:path';

export type Tree = {files: number; folders: number; bytes: number};

const old = new Date('2026-01-01T00:00:00Z');

/** Where the files of a tree stand: `index` counts up to `tree.files`. */
export const fileAt = ({folders}: Tree, index: number): string => {
	const folder = index % folders;
	return `p${folder % 50}/d${folder}/f${Math.floor(index / folders)}.ts`;
};

/** Files of a source tree's shape under `root`: text that differs from file to file, times in the past. */
export const makeTree = async (root: string, tree: Tree): Promise<void> => {
	const {files, folders, bytes} = tree;
	const size = Math.floor(bytes / files);
	const perFolder = Math.floor(files / folders);
	for (let folder = 0; folder < folders; folder++) {
		await mkdir(path.join(root, path.dirname(fileAt(tree, folder))), {recursive: true});
		await Promise.all(
			Array.from({length: perFolder}, async (_, row) => {
				const file = path.join(root, fileAt(tree, row * folders + folder));
				await writeFile(file, textOf(folder * perFolder + row, size));
				await utimes(file, old, old);
			}),
		);
	}
};

/** Words in an order that no other file has: it compresses as source text does, about fourfold. */
const textOf = (seed: number, size: number): string => {
	let state = seed * 2654435761 + 1;
	let text = `${seed}\n`;
	while (text.length < size) {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		text += words[state >>> 24]!;
	}

	return text.slice(0, size);
};

const words = Array.from({length: 256}, (_, index) => {
	const letters = `${(index * 40503 + 12345).toString(36)}${'etaoin'.slice(index % 5)}`;
	return index % 9 === 0 ? `${letters};\n` : `${letters} `;
});
