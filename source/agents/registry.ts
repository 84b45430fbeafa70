import {FleetError} from '../errors.ts';
import {claude} from './claude/claude.ts';
import {codex} from './codex/codex.ts';
import {gemini} from './gemini/gemini.ts';
import type {AgentKind} from './kind.ts';
import {opencode} from './opencode/opencode.ts';
import {qwen} from './qwen/qwen.ts';
import {shell} from './shell.ts';

/** Every kind of agent, in the order in which a person is offered them. */
export const agentKinds: readonly AgentKind[] = [claude, codex, opencode, gemini, qwen, shell];

export const agentKindNames: readonly string[] = agentKinds.map(kind => kind.name);

export const isAgentKind = (name: string): boolean => agentKindNames.includes(name);

/** The kind of that name; undefined for what an older or newer host would know. */
export const findAgentKind = (name: string): AgentKind | undefined =>
	agentKinds.find(kind => kind.name === name);

/** The kind of that name; throws `no-such-role`, naming those that exist. */
export const agentKind = (name: string): AgentKind => {
	const kind = findAgentKind(name);
	if (kind) return kind;
	throw new FleetError('no-such-role', `there is no agent kind “${name}”`, {
		hint: `known kinds: ${agentKindNames.join(', ')}`,
	});
};
