import * as v from 'valibot';
import {isPlainName, isPlainPath} from '../path.ts';
import type {FilledFile} from '../plan/fill.ts';
import {sharedSettingsSchema} from '../settings.ts';

// Both sides parse what the other says by these, so that nothing which came over the wire can
// name a path outside the root or be more than a page.

const path = v.pipe(v.string(), v.maxLength(4096), v.check(isPlainPath, 'is no path in the root'));
const folder = v.union([v.literal(''), path]);
const signatureForm = /^(?:d|[fx][A-Za-z0-9_-]{43}|l[^\0]+|![a-z]{1,20})$/s;
const isSignature = (value: string): boolean => value.length <= 4100 && signatureForm.test(value);
const signature = v.pipe(v.string(), v.check(isSignature, 'is no signature'));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const time = v.pipe(v.number(), v.finite());
const txn = v.pipe(v.string(), v.regex(/^[a-z0-9]{1,40}$/));
const text = v.pipe(v.string(), v.maxLength(4096));
const many = <S extends v.GenericSchema>(schema: S) =>
	v.pipe(v.array(schema), v.maxLength(100_000));

/** A name, its signature, size and mtime. Checked at once, not field by field: a tree has many. */
const row = v.custom<FilledFile>(
	value =>
		Array.isArray(value) &&
		value.length === 4 &&
		typeof value[0] === 'string' &&
		isPlainName(value[0]) &&
		typeof value[1] === 'string' &&
		isSignature(value[1]) &&
		Number.isSafeInteger(value[2]) &&
		value[2] >= 0 &&
		Number.isFinite(value[3]),
	'is no entry of a folder',
);

const cursor = v.object({
	epoch: text,
	sequence: count,
	path: v.pipe(v.string(), v.maxLength(4096)),
});
const operation = v.variant('kind', [
	v.object({kind: v.literal('aside'), path, to: path, expected: signature}),
	v.object({kind: v.literal('remove'), path, expected: signature}),
	v.object({kind: v.literal('rmdir'), path}),
	v.object({kind: v.literal('mkdir'), path}),
	v.object({
		kind: v.literal('put'),
		path,
		signature,
		size: count,
		mtimeMs: time,
		expected: v.optional(signature),
		copy: v.optional(path),
	}),
	v.object({kind: v.literal('mode'), path, signature, expected: signature}),
	v.object({
		kind: v.literal('fill'),
		path,
		files: many(row),
	}),
]);
const item = v.object({path, signature});
const sized = v.object({path, signature, size: count});
const coding = v.picklist(['plain', 'deflate', 'zstd']);
const pack = v.object({of: many(count), coding});
const codings = v.optional(v.array(v.fallback(coding, 'plain')));

/** What each call takes; `contents` are attached, in the same order, then the bytes of `packs`. */
export const callArguments = {
	open: v.object({
		create: v.boolean(),
		others: v.optional(v.pipe(v.array(text), v.maxLength(1000))),
	}),
	scan: v.object({
		full: v.boolean(),
		folders: many(folder),
		since: v.optional(cursor),
		inlineBytes: v.pipe(count, v.maxValue(16 * 1024 * 1024)),
		entries: v.optional(count),
	}),
	changes: cursor,
	read: v.object({items: many(sized), codings}),
	readPart: v.object({path, offset: count, length: v.pipe(count, v.maxValue(4 * 1024 * 1024))}),
	stagePart: v.object({txn, path, offset: count}),
	stageFolder: v.object({txn}),
	commit: v.object({
		txn,
		after: v.optional(txn),
		operations: many(operation),
		contents: many(item),
		packs: v.array(pack),
		filled: v.boolean(),
	}),
	done: v.object({txn}),
	settle: v.object({arrived: v.boolean()}),
	watch: v.object({}),
} as const;

export type RemoteCall = keyof typeof callArguments;

export const callSchema = v.object({
	settings: sharedSettingsSchema,
	/** As the rule gives it; `~` is the host's home. */
	root: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)),
	argument: v.unknown(),
});

const changes = v.object({
	reset: v.boolean(),
	folders: many(
		v.object({
			path: folder,
			entries: v.optional(many(row)),
		}),
	),
	cursor,
	more: v.boolean(),
});
const rescued = many(v.object({path, copy: path}));
const status = {path};
const notDone = [
	v.object({...status, status: v.literal('stale')}),
	v.object({...status, status: v.literal('kept')}),
	v.object({...status, status: v.literal('refused'), reason: text}),
	v.object({...status, status: v.literal('failed'), code: text}),
] as const;

/** What each call answers. */
export const callAnswers = {
	open: v.variant('state', [
		v.object({
			state: v.literal('ready'),
			root: text,
			marker: text,
			inode: v.number(),
			folds: v.boolean(),
			exchanges: v.boolean(),
			freeBytes: v.number(),
			codings,
		}),
		v.object({state: v.literal('missing'), root: text}),
		v.object({state: v.literal('not-a-folder'), root: text}),
		v.object({state: v.literal('overlaps'), root: text, other: text}),
	]),
	scan: v.object({
		changes,
		contents: many(item),
		unsettled: many(folder),
		secrets: many(path),
		busy: many(path),
		rescued,
		files: count,
	}),
	changes,
	read: pack,
	readPart: v.object({}),
	stagePart: v.object({}),
	stageFolder: v.object({absolute: text, relative: text}),
	commit: v.object({
		results: many(
			v.variant('status', [
				v.object({
					...status,
					status: v.literal('done'),
					copy: v.optional(path),
					except: v.optional(many(v.variant('status', [...notDone]))),
				}),
				...notDone,
			]),
		),
		rescued,
		reach: v.object({before: count, after: count}),
	}),
	done: v.object({paths: many(v.tuple([path, v.nullable(signature)]))}),
	settle: v.object({rescued}),
	watch: v.object({
		/** `events`, or `poll` where the system tells nothing of changes. */
		mode: v.picklist(['events', 'poll']),
		reason: v.optional(text),
		/** Nothing was watched till now: what was done meanwhile nobody told. An older host does not say. */
		isNew: v.optional(v.boolean()),
	}),
} as const;

export type CallArgument<C extends RemoteCall> = v.InferOutput<(typeof callArguments)[C]>;
export type CallAnswer<C extends RemoteCall> = v.InferOutput<(typeof callAnswers)[C]>;

/** A batch of contents is about 4 MiB; a page of a scan with what it found is less. */
export const maxFrameBytes = 48 * 1024 * 1024;
