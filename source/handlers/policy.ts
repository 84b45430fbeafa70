import type {ActionKind, RemoteAction} from '../protocol/action.ts';
import type {Config} from '../config/config.ts';
import {findLoopback} from './loopback.ts';
import {normalHostPath} from './mapping.ts';
import {parseLocation} from './location.ts';
import {checkUrl} from './web-url.ts';

export type Decision =
	| {verdict: 'allow'}
	| {verdict: 'ask'}
	/** By the person's configuration. */
	| {verdict: 'deny'; reason: string}
	/** Not even a person may let it through. */
	| {verdict: 'refuse'; reason: string};

/** What is wrong with an action's argument, whatever the configuration says; undefined when nothing is. */
export const objection = (kind: ActionKind, argument: string): string | undefined => {
	if (kind === 'web') {
		const checked = checkUrl(argument);
		if ('refused' in checked) return checked.refused;
		const loopback = findLoopback(checked.url);
		return 'refused' in loopback ? loopback.refused : undefined;
	}

	const {path} = kind === 'ide' ? parseLocation(argument) : {path: argument};
	if (Buffer.byteLength(path) > 4096) return 'the path is longer than 4 KiB';
	if (normalHostPath(path) === undefined)
		return 'the path is not absolute, or holds control characters';
	return undefined;
};

/** Whether this laptop acts on a request: pure, and the same however often it is asked. */
export const decide = (
	action: Pick<RemoteAction, 'kind' | 'argument'>,
	handlers: Config['handlers'],
): Decision => {
	const reason = objection(action.kind, action.argument);
	if (reason !== undefined) return {verdict: 'refuse', reason};
	const {policy} = handlers[action.kind];
	return policy === 'deny'
		? {verdict: 'deny', reason: `this laptop's configuration denies ${action.kind} requests`}
		: {verdict: policy};
};
