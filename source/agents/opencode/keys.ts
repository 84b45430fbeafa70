import path from 'node:path';
import type {LaunchContext, LaunchPlan} from '../kind.ts';
import {keyPipe} from '../keys/key-pipe.ts';

/** Providers by the variable that opencode would look for their key in (models.dev, `env`). */
const providers: Readonly<Record<string, string>> = {
	ANTHROPIC_API_KEY: 'anthropic',
	CEREBRAS_API_KEY: 'cerebras',
	DEEPSEEK_API_KEY: 'deepseek',
	FIREWORKS_API_KEY: 'fireworks-ai',
	GEMINI_API_KEY: 'google',
	GOOGLE_GENERATIVE_AI_API_KEY: 'google',
	GROQ_API_KEY: 'groq',
	MISTRAL_API_KEY: 'mistral',
	OPENAI_API_KEY: 'openai',
	OPENCODE_API_KEY: 'opencode',
	OPENROUTER_API_KEY: 'openrouter',
	TOGETHER_API_KEY: 'togetherai',
	XAI_API_KEY: 'xai',
};

/**
 * The keys among a launch's secrets as references in a configuration of this launch, which opencode
 * merges with the person's own. Nothing where they name such a file themselves: there is but one.
 */
export const opencodeKeys = ({
	scratch,
	secrets,
	env,
	command,
}: LaunchContext): Pick<LaunchPlan, 'keys' | 'files'> & {env: Record<string, string>} => {
	const names = secrets.filter(name => Object.hasOwn(providers, name));
	if (names.length === 0 || command?.length || env['OPENCODE_CONFIG']) return {env: {}};
	const file = path.join(scratch, 'opencode.json');
	const provider = Object.fromEntries(
		names.map(name => [providers[name]!, {options: {apiKey: `{file:${keyPipe(scratch, name)}}`}}]),
	);
	return {
		env: {OPENCODE_CONFIG: file},
		files: {[file]: JSON.stringify({provider}), [path.join(scratch, 'keys/.keep')]: ''},
		keys: Object.fromEntries(names.map(name => [name, keyPipe(scratch, name)])),
	};
};
