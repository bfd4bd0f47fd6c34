import { type History, type HistoryPage, historyColumns } from '../../../contract/history';
import { csvHead, csvLines } from '../../csv';
import type { Answer, Screen } from '../../terminal/screen';

const ENTRIES_PER_PAGE = 500;

/** Those of the HTTP API, and who did it: owners don't see operators' names. */
const COLUMNS = [...historyColumns, 'by'];

/** Writes each page as soon as it is read, and answers with the last one. */
export async function writeHistoryCsv(
  screen: Screen,
  asked: HistoryPage,
  read: (page: HistoryPage) => Promise<History>,
): Promise<Answer<History>> {
  let { before = Number.POSITIVE_INFINITY } = asked;
  let page = await read({ ...asked, limit: ENTRIES_PER_PAGE });
  let lines = [csvHead(COLUMNS), ...csvLines(COLUMNS, page.entries)];
  // A server that answers the same page again would be read for ever.
  while (page.next !== null && page.next < before && (await screen.begin(lines))) {
    before = page.next;
    page = await read({ ...asked, limit: ENTRIES_PER_PAGE, before });
    lines = csvLines(COLUMNS, page.entries);
  }
  return { json: page, text: lines };
}
