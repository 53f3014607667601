package work

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/backup"
	"github.com/readout-news/readout/internal/store/pgtest"
	"github.com/readout-news/readout/internal/store/sqlstore"
	"github.com/readout-news/readout/internal/torture"
	"github.com/readout-news/readout/internal/torture/crash"
)

// R33: a backup leaves out jobs. What waited to be read or to be linked when it was
// made is found again after it is restored; what was read, refused or done is not
// done again.
func TestRestoredQueue(t *testing.T) {
	d := newDesk(t)
	captures := some(8)
	stop := d.start(t, WorkerOptions{})
	picture := crash.Text("picture.png", "\x89PNG")
	picture.MediaType = "image/png"
	d.wait(t, d.enqueue(t, append([]readout.Capture{picture}, captures[:3]...)...))
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	// Nobody works now: these wait, one of them under a path that names a report which
	// was read, one that was read waits to be linked, and so does a refusal.
	again := captures[0]
	again.Path = "0.txt"
	d.enqueue(t, append([]readout.Capture{again}, captures[3:7]...)...)
	doc, err := d.r.Doc(captures[7], nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.s.Keep(t.Context(), captures[7], doc, d.r.Annotators.Version()); err != nil {
		t.Fatal(err)
	}
	if err := d.s.AddRefusals(t.Context(), readout.Refusal{Path: "folder/", Reason: "it may not be read"}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "desk.backup")
	if _, err := backup.Write(t.Context(), d.s.(*sqlstore.Store), file, "test", crash.Clock, nil); err != nil {
		t.Fatal(err)
	}
	address := pgtest.Database(t)
	if _, _, err := backup.Restore(t.Context(), file, address, nil); err != nil {
		t.Fatal(err)
	}
	restored := deskAt(t, address)
	if n := restored.count(t, `SELECT count(*) FROM river_job`); n != 0 {
		t.Fatalf("%d jobs came with the backup", n)
	}
	jobs := 0
	for round := range 2 { // the second worker finds nothing more to do
		stop := restored.start(t, WorkerOptions{})
		eventually(t, "all is read and linked", func() bool {
			return restored.count(t, `SELECT count(*) FROM river_job WHERE state NOT IN ('completed', 'discarded')`) == 0 &&
				restored.count(t, `SELECT count(*) FROM record_report`) == len(captures) && restored.count(t, `SELECT count(*) FROM work_unlinked`) == 0
		})
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		if jobs = restored.count(t, `SELECT count(*) FROM river_job WHERE kind = 'read'`); jobs != 5 {
			t.Errorf("round %d: %d inputs were read again, want the five that waited", round, jobs)
		}
	}
	stuck, doubled := restored.clean(t, len(captures))
	rec, err := restored.s.Record(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var named bool
	for _, r := range rec.Reports {
		named = named || r.Path == "0.txt"
	}
	if !named || len(rec.Refusals) != 2 {
		t.Errorf("named by the first path: %v; refusals %+v", named, rec.Refusals)
	}
	torture.Counted(t, "R33", jobs, "inputs that waited to be read when a store was backed up", fmt.Sprintf("each read and linked by two workers after it was restored, with what waited to be linked; %d doubled, %d stuck", doubled, stuck))
}

// away is a store whose server is away for the first of its captures, and which
// has lost one.
type away struct {
	Store
	asked int
	lost  string
}

func (s *away) Capture(ctx context.Context, sha string) (readout.Capture, error) {
	if s.asked++; s.asked == 1 {
		return readout.Capture{}, fmt.Errorf("bytes %s: %w", sha, &pgconn.PgError{Code: "57P01"})
	}
	if sha == s.lost {
		return readout.Capture{}, readout.ErrDamaged
	}
	return s.Store.Capture(ctx, sha)
}

// What a worker could not put back since the server was away, the next one does;
// only an input that is damaged is left out.
func TestTakeUpAgain(t *testing.T) {
	d := newDesk(t)
	captures := some(4)
	d.enqueue(t, captures...)
	if _, err := d.q.pool.Exec(t.Context(), `DELETE FROM river_job`); err != nil {
		t.Fatal(err)
	}
	d.q.store = &away{Store: d.q.store, lost: captures[2].SHA256}
	if err := d.q.NewWorker(d.r, WorkerOptions{}).takeUp(t.Context()); !passing(err) {
		t.Errorf("without a server it ended with %v", err)
	}
	if err := d.q.NewWorker(d.r, WorkerOptions{}).takeUp(t.Context()); err != nil {
		t.Error(err)
	}
	if n := d.count(t, `SELECT count(*) FROM river_job`); n != 3 {
		t.Errorf("%d inputs are in the queue again, want 3", n)
	}
}
