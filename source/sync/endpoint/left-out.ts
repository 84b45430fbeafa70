import {joinPath, type BytePath} from '../path.ts';
import type {EndpointStore} from './store.ts';

/** Secret files that the last scans left out. */
export const secretPathsSeen = (store: EndpointStore): BytePath[] =>
	store
		.secretFolders()
		.flatMap(({path: folder, seen}) =>
			seen.left.filter(([, , secret]) => secret === 1).map(([name]) => joinPath(folder, name)),
		);

/** Repositories whose index is locked: somebody works in them. */
export const busyRepositories = (store: EndpointStore): BytePath[] =>
	store
		.gitFolders()
		.filter(({seen}) => seen.left.some(([name]) => name === 'index.lock'))
		.map(({path: folder}) => folder);
