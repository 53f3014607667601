package work

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// unread are the bytes that the store holds and that no report was read from, or
// not yet under the path that names it, though nobody refused them and no job is
// going to read them.
const unread = `SELECT DISTINCT a.sha256 FROM arrival a
	WHERE NOT EXISTS (SELECT 1 FROM report r WHERE r.sha256 = a.sha256 AND r.path <= a.path)
	AND NOT EXISTS (SELECT 1 FROM article_capture x WHERE x.sha256 = a.sha256)
	AND NOT EXISTS (SELECT 1 FROM refusal f WHERE f.path = CASE WHEN a.path <> '' THEN a.path ELSE a.url END)
	AND NOT EXISTS (SELECT 1 FROM river_job j WHERE j.kind = $1 AND j.args->>'sha256' = a.sha256)
	ORDER BY 1`

// unlinked are what was read or refused and is not in the record.
const unlinked = `SELECT r.path FROM pending p JOIN report r ON r.id = p.report
	UNION SELECT f.path FROM refusal f WHERE NOT EXISTS (SELECT 1 FROM record_refusal x WHERE x.path = f.path)`

// takeUp puts back what waited when the store was backed up: a backup holds the
// bytes and what was read of them, and no jobs. Whether it has to is told by the
// numbers of workers: the first that a store ever has does it before it gets one.
// Doing it twice does no harm: equal jobs are one.
func (w *Worker) takeUp(ctx context.Context) error {
	var ever bool
	if err := w.q.pool.QueryRow(ctx, `SELECT is_called FROM work_worker_n_seq`).Scan(&ever); err != nil || ever {
		return err
	}
	rows, err := w.q.pool.Query(ctx, unread, kindRead)
	if err != nil {
		return err
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, sha := range list {
		c, err := w.q.store.Capture(ctx, sha)
		if err == nil {
			_, err = w.q.Enqueue(ctx, c)
		}
		// What is wrong with these bytes keeps no others out; but nobody comes back to
		// what was left out while the store was away.
		if err != nil && (ctx.Err() != nil || passing(err)) {
			return err
		}
		w.tell(ctx, "put bytes in the queue that nobody has read", err)
	}
	if len(list) > 0 {
		w.q.log.Info("work: inputs that nobody has read are in the queue again", "inputs", len(list))
	}
	_, err = w.q.pool.Exec(ctx, `INSERT INTO work_unlinked (path) `+unlinked)
	return err
}
