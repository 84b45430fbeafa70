import {execFile} from 'node:child_process';
import {statSync} from 'node:fs';
import path from 'node:path';
import type {Client} from '../client/client.ts';
import type {RemoteConfig, SyncRule} from '../config/config.ts';
import {contractHome} from '../config/paths.ts';
import {FleetError} from '../errors.ts';
import type {FleetInput} from '../fleet/slice.ts';
import type {Transport} from '../transport/transport.ts';
import type {RuleHealth} from './engine/health.ts';
import type {KnownConflict} from './engine/ledger.ts';
import {openRule, type OpenRule} from './engine/open-rule.ts';
import {runRule, type RuleRunner} from './engine/run-rule.ts';
import {nativePath, shownPath, bytePath, type BytePath} from './path.ts';
import type {Side} from './plan/operation.ts';
import {resolveConflict} from './resolve-conflict.ts';

export type SyncRuleView = Pick<SyncRule, 'local' | 'remote' | 'direction'> & {health: RuleHealth};

/** One of the two files of a conflict, as it lies on the laptop; undefined where it does not. */
export type ConflictFile = {path: string; side: Side; size: number; mtimeMs: number} | undefined;

export type OpenConflict = {
	/** Names it to `diff` and `resolve`. */
	key: string;
	/** As a person reads it, with the rule's root. */
	path: string;
	/** Its parts: the rule's root, and the path in its tree. */
	root: string;
	name: string;
	copy: string;
	keeps: Side;
	atMs: number;
	kept: ConflictFile;
	other: ConflictFile;
};

/** What a console shows and asks of sync. */
export type SyncDesk = {
	readonly rules: readonly SyncRuleView[];
	/** Calls back after each change. Returns the unsubscribe. */
	subscribe(listener: () => void): () => void;
	/** Looks at everything now; with `allowDelete` a halted rule goes on. */
	syncNow(options?: {allowDelete?: boolean}): void;
	conflicts(): OpenConflict[];
	/** What the two versions differ in, as git writes it. */
	diff(key: string, signal: AbortSignal): Promise<string>;
	resolve(key: string, keep: Side | 'both', signal: AbortSignal): Promise<void>;
};

export type SyncDeskOptions = {
	remote: RemoteConfig;
	transport: Transport;
	client: Pick<Client, 'request'>;
	source: {subscribe(listener: (input: FleetInput) => void): () => void};
	stateFolder: string;
	onNotice: (text: string) => void;
};

/** Keeps a remote's rules in step for as long as a console attends it. */
export const openSyncDesk = (
	options: SyncDeskOptions,
): {desk: SyncDesk; end: () => Promise<void>} => {
	const {remote, source} = options;
	const listeners = new Set<() => void>();
	const tell = () => {
		for (const listener of [...listeners]) listener();
	};

	const opened: Array<{open: OpenRule; runner: RuleRunner}> = [];
	const rules = [...remote.syncUp, ...remote.syncBidi];
	for (const rule of rules) {
		const open = openRule({...options, rule, rules, remoteName: remote.name});
		const pollMs = remote.syncIntervalSeconds * 1000;
		opened.push({open, runner: runRule({open, source, pollMs, onHealth: tell})});
	}

	const find = (key: string): {open: OpenRule; runner: RuleRunner; conflict: KnownConflict} => {
		for (const {open, runner} of opened) {
			const conflict = open.ledger.conflicts().find(known => keyOf(open, known) === key);
			if (conflict !== undefined) return {open, runner, conflict};
		}

		throw new FleetError('failed', 'this conflict is open no more');
	};

	const desk: SyncDesk = {
		get rules() {
			return opened.map(({open: {rule}, runner}) => ({
				local: contractHome(rule.local),
				remote: rule.remote,
				direction: rule.direction,
				health: runner.health,
			}));
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		syncNow(wish) {
			for (const {runner} of opened) {
				// What a person allows is what they were shown: no rule that did not halt.
				const isMeant = wish?.allowDelete !== true || runner.health.phase === 'halted';
				runner.syncNow(isMeant ? wish : {});
			}
		},
		conflicts: () =>
			opened.flatMap(({open}) => open.ledger.conflicts().map(known => describe(open, known))),
		async diff(key, signal) {
			const {open, conflict} = find(key);
			return versionsDiff(open.rule.local, conflict, signal);
		},
		async resolve(key, keep, signal) {
			const {open, runner, conflict} = find(key);
			await resolveConflict(open, conflict, keep, signal);
			runner.syncNow();
			tell();
		},
	};
	return {
		desk,
		async end() {
			listeners.clear();
			await Promise.all(opened.map(({runner}) => runner.close()));
		},
	};
};

const keyOf = ({settings}: OpenRule, {copy}: KnownConflict): string => `${settings.id}/${copy}`;

function describe(open: OpenRule, conflict: KnownConflict): OpenConflict {
	const {path: at, copy, keeps, atMs} = conflict;
	const {local} = open.rule;
	const other: Side = keeps === 'local' ? 'remote' : 'local';
	return {
		key: keyOf(open, conflict),
		path: contractHome(path.join(local, shownPath(at))),
		root: contractHome(local),
		name: shownPath(at),
		copy: contractHome(path.join(local, shownPath(copy))),
		keeps,
		atMs,
		kept: fileAt(local, at, keeps),
		other: fileAt(local, copy, other),
	};
}

function fileAt(root: string, at: BytePath, side: Side): ConflictFile {
	const stat = statSync(nativePath(`${bytePath(root)}/${at}`), {throwIfNoEntry: false});
	return stat && {path: shownPath(at), side, size: stat.size, mtimeMs: stat.mtimeMs};
}

const mostBytes = 4 * 1024 * 1024;

/** The other version against the one that has the name, as `git diff` shows it. */
function versionsDiff(
	root: string,
	{path: at, copy}: KnownConflict,
	signal: AbortSignal,
): Promise<string> {
	const files = [at, copy].map(file => `./${shownPath(file)}`);
	const argv = [
		'diff',
		'--no-index',
		'--no-color',
		'--no-ext-diff',
		'--no-textconv',
		'--',
		...files,
	];
	return new Promise((resolve, reject) => {
		execFile('git', argv, {cwd: root, signal, maxBuffer: mostBytes}, (error, stdout) => {
			// 1 says that they differ.
			const code = error === null ? 0 : (error as {code?: number | string}).code;
			if (code === 0 || code === 1) resolve(stdout);
			else if (code === 'ENOENT') {
				reject(new FleetError('not-supported', 'git is needed to show the difference'));
			} else
				reject(new FleetError('failed', 'the two versions cannot be compared', {cause: error}));
		});
	});
}
