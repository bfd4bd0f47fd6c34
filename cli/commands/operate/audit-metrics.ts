import { rename, writeFile } from 'node:fs/promises';

export interface AuditFigures {
  accounts: number;
  entries: number;
  entriesRead: number;
  findings: number;
}

/**
 * Writes the result of an audit of the whole ledger as metrics, for the textfile collector of
 * Prometheus' node_exporter. The file is replaced as a whole: the collector never reads half of it.
 */
export async function writeAuditMetrics(file: string, figures: AuditFigures): Promise<void> {
  const partly = `${file}.${process.pid}`;
  await writeFile(partly, metricsOf(figures));
  await rename(partly, file);
}

function metricsOf({ accounts, entries, entriesRead, findings }: AuditFigures): string {
  const gauges: [string, string, number][] = [
    [
      'finished_timestamp_seconds',
      'When the last audit ended, in seconds since 1970.',
      Date.now() / 1000,
    ],
    ['findings', 'Findings of the last audit.', findings],
    ['accounts', 'Accounts that it has audited.', accounts],
    ['entries', 'Entries of their journals.', entries],
    ['entries_read', 'Those of them that it has read.', entriesRead],
  ];
  return gauges
    .map(([name, help, value]) => {
      const metric = `holdfast_audit_${name}`;
      return `# HELP ${metric} ${help}\n# TYPE ${metric} gauge\n${metric} ${value}\n`;
    })
    .join('');
}
