import {hash} from 'node:crypto';
import ignore from 'ignore';
import {secretAt, secretPaths} from '../config/secret-paths.ts';
import {bytePath, nameOf, shownPath, type BytePath} from './path.ts';
import type {SharedSettings} from './settings.ts';

/** Where a root keeps what is on its way in, and what was displaced. Never synced. */
export const workFolder = '.fleet-sync';

export type Verdict = 'keep' | 'exclude' | 'secret';

/**
 * What of a tree a rule leaves out; the same code decides on both sides. Asked from the root
 * down: what stands below something that is left out is never asked for.
 */
export type Matcher = {
	verdict(path: BytePath, isFolder: boolean): Verdict;
	/** The same for a path from the other side, of which every folder above is asked too. */
	verdictFromRoot(path: BytePath, isFolder: boolean): Verdict;
	/** True where a link leads to something that holds credentials; absolute, its own links resolved. */
	isSecretTarget(real: BytePath): boolean;
	/** Changes when a verdict may: what was remembered under another is asked again. */
	readonly version: string;
};

const lastSegments = new RegExp(
	`^(?:${secretPaths
		.map(pattern => pattern.split('/').at(-1)!)
		.map(segment =>
			segment
				.split('*')
				.map(part => part.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`))
				.join('.*'),
		)
		.join('|')})$`,
	's',
);

// The library remembers every path that it was asked for; this many, then a new one.
const askedLimit = 20_000;

/** `ownState` is this side's state folder, relative to the root, where it lies inside. */
export const createMatcher = (
	settings: SharedSettings,
	ownState: BytePath | undefined = undefined,
): Matcher => {
	// Patterns and paths are both bytes, so that one matches the other whatever they spell.
	const patterns = settings.exclude.map(bytePath);
	const create = () => ignore({ignorecase: false, allowRelativePaths: true}).add(patterns);
	let rules = create();
	let asked = 0;

	const isExcluded = (path: BytePath, isFolder: boolean): boolean => {
		if (patterns.length === 0) return false;
		if (++asked > askedLimit) {
			rules = create();
			asked = 0;
		}

		return rules.test(isFolder ? `${path}/` : path).ignored;
	};

	const isSecret = (path: BytePath, name: BytePath): boolean => {
		if (!lastSegments.test(name)) return false;
		const relative = shownPath(path);
		return ['', ...settings.roots].some(
			root => secretAt(`${root}/${relative}`, settings.includeSecrets) !== undefined,
		);
	};

	const verdict = (path: BytePath, isFolder: boolean): Verdict => {
		const name = nameOf(path);
		if (name === workFolder || path === ownState) return 'exclude';
		if (name === '.git' && settings.git === 'exclude') return 'exclude';
		if (name.endsWith('.lock') && insideGit(path)) return 'exclude';
		if (isExcluded(path, isFolder)) return 'exclude';
		return isSecret(path, name) ? 'secret' : 'keep';
	};

	return {
		verdict,
		verdictFromRoot(path, isFolder) {
			for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
				const above = verdict(path.slice(0, slash), true);
				if (above !== 'keep') return above;
			}

			return verdict(path, isFolder);
		},
		isSecretTarget: real => secretAt(shownPath(real), settings.includeSecrets) !== undefined,
		version: hash('sha256', JSON.stringify([settings, ownState ?? null]), 'base64url').slice(0, 16),
	};
};

export const insideGit = (path: BytePath): boolean =>
	path.startsWith('.git/') || path.includes('/.git/');
