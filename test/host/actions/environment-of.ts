import {ask, type TestHost} from '../host-harness.ts';

/** The environment that an agent was given, as its launcher would get it: once. */
export const environmentOf = async (
	host: TestHost,
	id: string,
): Promise<Record<string, string>> => {
	const {ticket} = host.runtime.terminals.get(id)!.launch;
	const answer = await ask(host, 'POST', `/v1/launches/${ticket}`);
	return answer.json.env;
};
