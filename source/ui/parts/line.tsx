import {memo} from 'react';
import {Text} from 'ink';

/** One line of the screen, already painted and of the right width: nothing is measured or wrapped again. */
export const Line = memo(function Line({text}: {text: string}) {
	return <Text wrap="truncate">{text === '' ? ' ' : text}</Text>;
});
