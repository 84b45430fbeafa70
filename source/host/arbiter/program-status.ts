import {plainText} from '../../protocol/text.ts';

/** One report of the Program Status Protocol (OSC 7501, revision 0.4), believed no further than its form. */
export type ProgramStatus = {
	state: 'idle' | 'working' | 'done' | 'blocked' | 'error' | 'clear';
	/** Only with `blocked`. */
	kind: 'permission' | 'question' | 'auth' | null;
	app: string | null;
	/** Segments joined by `/`; null is the program itself. */
	id: string | null;
	/** 0–100. */
	progress: number | null;
	title: string | null;
	message: string | null;
};

const longestPayload = 4096;
const states = new Set(['idle', 'working', 'done', 'blocked', 'error', 'clear']);
const kinds = new Set(['permission', 'question', 'auth']);
const word = /^[A-Za-z0-9._-]{1,64}$/;
const recordId = /^[A-Za-z0-9._-]{1,64}(?:\/[A-Za-z0-9._-]{1,64}){0,7}$/;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

const decode = (value: string): string | undefined => {
	if (!base64.test(value)) return undefined;
	try {
		return new TextDecoder('utf-8', {fatal: true}).decode(Buffer.from(value, 'base64'));
	} catch {
		return undefined;
	}
};

/**
 * Parses what follows `7501;`. Undefined for what is no report: more than 4096 bytes, a field
 * given twice or without a value, broken base64, an unknown state. Unknown fields are ignored.
 */
export const parseProgramStatus = (payload: string): ProgramStatus | undefined => {
	if (Buffer.byteLength(payload) > longestPayload) return undefined;
	const fields = new Map<string, string>();
	for (const part of payload.split(':')) {
		const equals = part.indexOf('=');
		if (equals < 1 || fields.has(part.slice(0, equals))) return undefined;
		fields.set(part.slice(0, equals), part.slice(equals + 1));
	}

	const state = fields.get('state');
	if (state === undefined || !states.has(state)) return undefined;
	const id = fields.get('id') ?? null;
	if (id !== null && !recordId.test(id)) return undefined;
	const app = fields.get('app') ?? null;
	const kind = fields.get('kind') ?? null;
	const progress = fields.get('progress') ?? null;
	const title = decode(fields.get('title') ?? '');
	const message = decode(fields.get('msg') ?? '');
	if (title === undefined || message === undefined) return undefined;
	return {
		state: state as ProgramStatus['state'],
		kind: state === 'blocked' && kind !== null && kinds.has(kind) ? (kind as 'question') : null,
		app: app !== null && word.test(app) ? app : null,
		id,
		progress:
			progress !== null && /^\d{1,3}$/.test(progress) ? Math.min(100, Number(progress)) : null,
		title: plainText(title, 400) || null,
		message: plainText(message, 400) || null,
	};
};
