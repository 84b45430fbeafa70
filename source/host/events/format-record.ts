/** One record of `text/event-stream`; JSON on one line needs no splitting. */
export const formatRecord = ({
	id,
	event,
	data,
}: {
	id?: string;
	event: string;
	data: string;
}): string => `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`;
