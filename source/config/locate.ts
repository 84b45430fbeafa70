import {parseTOML, type AST} from 'toml-eslint-parser';
import type {Complaint} from './complaint.ts';

type Path = Complaint['path'];
type Position = {line: number; column: number};
type Found = Position & {depth: number};

/**
 * Where each path stands in a TOML text, lines and columns from 1: its own key, or the nearest
 * that encloses it when it is not there.
 */
export const locate = (toml: string, paths: readonly Path[]): Position[] => {
	const places: Array<{path: Path; start: Position}> = [];
	visit(parseTOML(toml).body[0], [], places);
	return paths.map(path => {
		let best: Found = {line: 1, column: 1, depth: 0};
		for (const place of places) {
			const depth = place.path.length;
			if (depth > best.depth && place.path.every((part, index) => part === path[index])) {
				best = {line: place.start.line, column: place.start.column + 1, depth};
			}
		}

		return {line: best.line, column: best.column};
	});
};

function visit(node: AST.TOMLNode, at: Path, places: Array<{path: Path; start: Position}>): void {
	const key = (names: AST.TOMLKey, base: Path): Path => {
		let path = base;
		for (const part of names.keys) {
			path = [...path, part.type === 'TOMLBare' ? part.name : part.value];
			places.push({path, start: part.loc.start});
		}

		return path;
	};

	if (node.type === 'TOMLTopLevelTable' || node.type === 'TOMLInlineTable') {
		for (const child of node.body) visit(child, at, places);
	} else if (node.type === 'TOMLTable') {
		// `resolvedKey` has the index of each array of tables on the way, the key's names do not.
		let next = 0;
		for (const [index, part] of node.resolvedKey.entries()) {
			if (typeof part === 'string') next++;
			places.push({
				path: node.resolvedKey.slice(0, index + 1),
				start: node.key.keys[next - 1]!.loc.start,
			});
		}

		for (const child of node.body) visit(child, node.resolvedKey, places);
	} else if (node.type === 'TOMLKeyValue') {
		visit(node.value, key(node.key, at), places);
	} else if (node.type === 'TOMLArray') {
		for (const [index, element] of node.elements.entries()) {
			const path = [...at, index];
			places.push({path, start: element.loc.start});
			visit(element, path, places);
		}
	}
}
