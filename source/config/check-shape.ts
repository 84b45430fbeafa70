import * as v from 'valibot';
import {nearest} from './nearest.ts';
import type {Complaint} from './complaint.ts';
import {fileSchema, type ConfigFile} from './schema.ts';

type Path = Complaint['path'];
type Table = Record<string, unknown>;

/**
 * Checks a parsed document against the schema. Yields every complaint, and the document with
 * what was wrong left out, so that the rest can still be checked against itself.
 */
export const checkShape = (document: Table): {file: ConfigFile; complaints: Complaint[]} => {
	const complaints: Complaint[] = [];
	const clean = structuredClone(document);
	dropUnknownKeys(fileSchema, clean, [], complaints);
	let result = v.safeParse(fileSchema, clean);
	// What is left out may have been needed: the first pass has said all there is to say.
	for (let pass = 0; !result.success; pass++) {
		for (const issue of result.issues) {
			const path = (issue.path ?? []).map(item => item.key as string | number);
			const isMissing = issue.type === 'strict_object' && issue.path?.at(-1)?.origin === 'key';
			if (pass === 0) {
				complaints.push({path, message: isMissing ? 'this key is missing' : describe(issue)});
			}

			remove(clean, isMissing ? path.slice(0, -1) : path);
		}

		result = v.safeParse(fileSchema, pass < 100 ? clean : {});
	}

	return {file: result.output, complaints};
};

function describe(issue: v.BaseIssue<unknown>): string {
	if (issue.type === 'picklist' && typeof issue.input === 'string') {
		const options = [...issue.message.matchAll(/"([^"]+)"/g)].map(match => match[1]!);
		const near = nearest(issue.input, options);
		return near === undefined ? issue.message : `${issue.message}; nearest: "${near}"`;
	}

	return issue.kind === 'schema'
		? `${issue.message}, found ${typeName(issue.input)}`
		: issue.message;
}

const typeName = (value: unknown): string => {
	if (Array.isArray(value)) return 'an array';
	if (value instanceof Date) return 'a date';
	if (typeof value === 'string') return value === '' ? 'an empty string' : 'a string';
	if (typeof value === 'number' || typeof value === 'bigint') return 'a number';
	return typeof value === 'boolean' ? String(value) : 'a table';
};

/** valibot tells of one unknown key in a table; a person wants to hear of all of them at once. */
function dropUnknownKeys(
	schema: v.GenericSchema,
	value: unknown,
	path: Path,
	complaints: Complaint[],
): void {
	if (value === null || typeof value !== 'object') return;
	if (isKind(schema, 'optional')) {
		dropUnknownKeys(
			(schema as unknown as {wrapped: v.GenericSchema}).wrapped,
			value,
			path,
			complaints,
		);
	} else if (isKind(schema, 'array') && Array.isArray(value)) {
		const {item} = schema as unknown as {item: v.GenericSchema};
		for (const [index, element] of value.entries()) {
			dropUnknownKeys(item, element, [...path, index], complaints);
		}
	} else if (isKind(schema, 'record') && !Array.isArray(value)) {
		const record = schema as unknown as {value: v.GenericSchema};
		for (const [name, element] of Object.entries(value)) {
			dropUnknownKeys(record.value, element, [...path, name], complaints);
		}
	} else if (isKind(schema, 'strict_object') && !Array.isArray(value)) {
		const {entries} = schema as unknown as {entries: Record<string, v.GenericSchema>};
		const known = Object.keys(entries);
		for (const name of Object.keys(value)) {
			if (Object.hasOwn(entries, name)) {
				dropUnknownKeys(entries[name]!, (value as Table)[name], [...path, name], complaints);
			} else {
				const near = nearest(name, known)!;
				complaints.push({
					path: [...path, name],
					message: `unknown key; the nearest is \`${near}\``,
				});
				delete (value as Table)[name];
			}
		}
	}
}

const isKind = (schema: v.GenericSchema, type: string): boolean => schema.type === type;

function remove(document: Table, path: Path): void {
	let parent: unknown = document;
	for (const part of path.slice(0, -1)) {
		if (parent === null || typeof parent !== 'object') return;
		parent = (parent as Table)[part];
	}

	if (parent === null || typeof parent !== 'object') return;
	const last = path.at(-1)!;
	// An element is emptied in place: removing it would shift the indexes of those behind it.
	if (Array.isArray(parent)) remove(document, path.slice(0, -1));
	else delete (parent as Table)[last];
}
