import {statSync} from 'node:fs';
import {blocked, folderSignature, isFolder, type Signature} from '../../entry.ts';
import type {Matcher, Verdict} from '../../matcher.ts';
import {joinPath, nameOf, nativePath, parentOf, type BytePath} from '../../path.ts';
import type {EndpointContext} from '../context.ts';
import type {SeenChild, SeenFolder} from '../store.ts';
import {listFolder, lookAt, type Look, type Visit} from './list-folder.ts';
import {plainChild, seeFile} from './see-file.ts';
import type {Walk} from './walk.ts';

const writesPerTransaction = 500;

/** The links that were followed to a folder, by what they point at, and where it really is. */
export type Way = {links: readonly string[]; real: BytePath | undefined};

type Judged = {verdict: Verdict; isNews: boolean};

/**
 * Brings what the store knows of a folder up to date: itself, what is new below it, and with
 * `deep` everything below. `way` says which links led here.
 */
export const visitFolder = (
	walk: Walk,
	folder: BytePath,
	deep: boolean,
	way: Way = {links: [], real: undefined},
): Visit => {
	const {context, sequence} = walk;
	const {store, matcher} = context;
	if (context.mounts.isAway(folder)) return 'away';
	context.step('scan folder');
	const listed = listFolder(context, folder);
	if (typeof listed === 'string') {
		// The root was there when the scan began: without it nothing can be said of what it holds.
		if (folder === '') throw Object.assign(new Error('the root cannot be read'), {code: 'ENOENT'});
		return listed;
	}

	const before = store.folder(folder);
	const known = new Map<BytePath, SeenChild>();
	for (const child of before?.children ?? []) known.set(child[0], child);
	const verdictOf = rememberVerdicts(matcher, before);
	const seen: SeenFolder = {version: matcher.version, children: [], left: []};
	let restated = before?.version !== matcher.version;
	let resigned = before === undefined;
	for (const dirent of listed) {
		const {name} = dirent;
		const path = joinPath(folder, name);
		const was = known.get(name);
		const look = lookAt(context, path, dirent, {realFolder: way.real, isNew: was === undefined});
		if (look === undefined) {
			walk.unsettled.add(folder);
			continue;
		}

		const wasFolder = was !== undefined && isFolder(was[1]);
		const isSecret = look.real !== undefined && matcher.isSecretTarget(look.real);
		const {verdict, isNews}: Judged = isSecret
			? {verdict: 'secret', isNews: true}
			: verdictOf(path, look.folder, was);
		if (verdict !== 'keep') {
			seen.left.push([name, look.folder ? 1 : 0, verdict === 'secret' ? 1 : 0]);
			restated ||= isNews;
			continue;
		}

		const child = look.folder
			? visitChild(walk, path, look, was, deep, way)
			: seeFile(walk, path, look, was);
		if (child === undefined) {
			walk.unsettled.add(folder);
			continue;
		}

		seen.children.push(child);
		known.delete(name);
		if (child !== was) restated = true;
		if (child[1] !== was?.[1]) {
			resigned = true;
			if (wasFolder && !isFolder(child[1])) store.dropFolders(path, sequence);
		}
	}

	// What is still in `known` is not there any more.
	for (const [name, [, signature]] of known) {
		restated = resigned = true;
		if (isFolder(signature)) store.dropFolders(joinPath(folder, name), sequence);
	}

	if (restated || (before?.left.length ?? 0) !== seen.left.length) {
		store.putFolder(folder, resigned ? sequence : 0, seen);
		if (resigned) walk.changed = true;
		if (++walk.written % writesPerTransaction === 0) {
			store.commit();
			store.begin();
		}
	}

	return 'ok';
};

/** What is left out, asked of the matcher only where the last scan did not ask it the same. */
function rememberVerdicts(matcher: Matcher, before: SeenFolder | undefined) {
	const isSame = before?.version === matcher.version;
	const left = new Map<string, Verdict>();
	if (isSame) {
		for (const [name, isFolderName, isSecret] of before.left) {
			left.set(isFolderName === 1 ? `${name}/` : name, isSecret === 1 ? 'secret' : 'exclude');
		}
	}

	return (path: BytePath, isFolderNow: boolean, was: SeenChild | undefined): Judged => {
		if (isSame && was !== undefined && isFolder(was[1]) === isFolderNow) {
			return {verdict: 'keep', isNews: false};
		}

		const remembered = left.get(isFolderNow ? `${nameOf(path)}/` : nameOf(path));
		return {
			verdict: remembered ?? matcher.verdict(path, isFolderNow),
			isNews: remembered === undefined,
		};
	};
}

function visitChild(
	walk: Walk,
	path: BytePath,
	look: Look,
	was: SeenChild | undefined,
	deep: boolean,
	way: Way,
): SeenChild | undefined {
	const name = nameOf(path);
	const kept = (signature: Signature) =>
		was?.[1] === signature ? was : plainChild(name, signature);
	const isNew = was?.[1] !== folderSignature || walk.context.store.folder(path) === undefined;
	if (!deep && !isNew) return was;
	if (isNew && walk.room <= 0) {
		walk.postponed.add(parentOf(path));
		return kept(folderSignature);
	}

	let {links} = way;
	if (look.link !== undefined) {
		const identity = `${look.link.dev}:${look.link.ino}`;
		if (links.includes(identity) || isOwnAncestor(walk.context, path, identity))
			return kept(blocked('loop'));
		links = [...links, identity];
	}

	const result = visitFolder(walk, path, true, {links, real: look.real});
	if (result === 'vanished') return undefined;
	if (result === 'ok') return kept(folderSignature);
	walk.context.store.dropFolders(path, walk.sequence);
	return kept(blocked(result === 'away' ? 'mount' : 'unreadable'));
}

function isOwnAncestor({root}: EndpointContext, path: BytePath, identity: string): boolean {
	for (let at = parentOf(path); ; at = parentOf(at)) {
		const stat = statSync(nativePath(at === '' ? root : joinPath(root, at)), {
			throwIfNoEntry: false,
		});
		if (stat !== undefined && `${stat.dev}:${stat.ino}` === identity) return true;
		if (at === '') return false;
	}
}
