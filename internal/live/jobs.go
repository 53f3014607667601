package live

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/pipeline"
)

// maxJobs is how many readings are remembered, and how many may wait.
const maxJobs = 100

// maxHeld is how many bytes may wait to be read.
const maxHeld = 512 << 20

// ErrFull means that so much waits to be read that no more is taken in.
var ErrFull = errors.New("too much is waiting to be read: send it again when the readings before it are done; nothing was stored")

// Job is one reading that a face started. Its methods are safe for concurrent
// use.
type Job struct {
	ID      string
	Started time.Time
	Total   int // inputs

	mu     sync.Mutex
	status JobStatus
	done   chan struct{}
}

// JobState is how far a reading is.
type JobState string

// The states of a reading, in order; the last two are final.
const (
	Waiting JobState = "waiting"
	Reading JobState = "reading" // reports are taken in
	Linking JobState = "linking" // the record is drawn anew
	Done    JobState = "done"
	Failed  JobState = "failed"
)

// JobStatus is a reading at one moment.
type JobStatus struct {
	State    JobState
	Read     int // inputs done, refused ones too
	Outcomes []Outcome
	Err      string // why it failed, "" else
	Revision int    // of the record when it was done
	Ended    time.Time
}

// Outcome says what became of one input.
type Outcome struct {
	Path   string
	Report string // Report.ID, "" when refused
	New    bool   // the store did not hold it before
	Reason string // why it was refused, else ""
}

// Status is the reading as it is now.
func (j *Job) Status() JobStatus {
	j.mu.Lock()
	defer j.mu.Unlock()
	s := j.status
	s.Outcomes = slices.Clone(s.Outcomes)
	return s
}

// Done is closed when the reading has ended.
func (j *Job) Done() <-chan struct{} { return j.done }

func (j *Job) set(f func(*JobStatus)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	f(&j.status)
}

// jobs runs readings in turn and background work beside them.
type jobs struct {
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup
	heavy  sync.Mutex // held by the linking under way: one core is left for answers

	mu    sync.Mutex
	byID  map[string]*Job
	order []string
	last  *Job  // the reading that came last
	open  int   // readings that have not ended
	held  int64 // bytes that they hold
}

func (q *jobs) start() {
	q.ctx, q.cancel = context.WithCancel(context.Background())
	q.byID = map[string]*Job{}
}

func (q *jobs) stop() {
	q.cancel()
	q.wg.Wait()
}

// background runs f; one at a time.
func (q *jobs) background(f func(context.Context)) {
	q.wg.Go(func() {
		q.heavy.Lock()
		defer q.heavy.Unlock()
		f(q.ctx)
	})
}

// Job returns a reading by its id, or nil.
func (s *Source) Job(id string) *Job {
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	return s.jobs.byID[id]
}

// Read takes captures into the store and draws the record anew; it returns at
// once. Captures that cannot be read are among the outcomes, with the reason;
// refused are inputs that the face itself refused. Readings wait for each other.
func (s *Source) Read(captures []readout.Capture, refused []readout.Refusal) *Job {
	return s.ReadEach(len(captures)+len(refused), Held(captures), func(context.Context) iter.Seq2[readout.Capture, *readout.Refusal] {
		return func(yield func(readout.Capture, *readout.Refusal) bool) { Each(captures, refused, yield) }
	})
}

// Held is how many bytes captures hold in memory.
func Held(captures []readout.Capture) (n int64) {
	for _, c := range captures {
		n += int64(len(c.Body))
	}
	return n
}

// Each gives what was refused and then the captures, until yield returns false;
// it reports whether it gave all.
func Each(captures []readout.Capture, refused []readout.Refusal, yield func(readout.Capture, *readout.Refusal) bool) bool {
	for i := range refused {
		if !yield(readout.Capture{}, &refused[i]) {
			return false
		}
	}
	for _, c := range captures {
		if !yield(c, nil) {
			return false
		}
	}
	return true
}

// Room fails with ErrFull when too much waits to be read: faces ask before they
// take a body in, since it stays in memory until its turn.
func (s *Source) Room() error {
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	if s.jobs.open >= maxJobs || s.jobs.held >= maxHeld {
		return ErrFull
	}
	return nil
}

// ReadEach is Read for inputs that come in one by one, such as pages that have
// to be fetched: total is how many there will be, held the bytes that stay in
// memory until then. inputs is called when the reading's turn has come, with the
// context that its end cancels.
func (s *Source) ReadEach(total int, held int64, inputs func(context.Context) iter.Seq2[readout.Capture, *readout.Refusal]) *Job {
	q := &s.jobs
	var id [8]byte
	rand.Read(id[:]) // an id that nobody guesses: it shows what somebody sent
	j := &Job{ID: "j" + hex.EncodeToString(id[:]), Started: s.opts.Now(), Total: total, done: make(chan struct{}), status: JobStatus{State: Waiting}}
	q.mu.Lock()
	q.byID[j.ID] = j
	q.order = append(q.order, j.ID)
	for len(q.order) > maxJobs {
		delete(q.byID, q.order[0])
		q.order = q.order[1:]
	}
	before := q.last
	q.last = j
	q.open++
	q.held += held
	q.mu.Unlock()
	q.wg.Go(func() {
		defer func() {
			q.mu.Lock()
			defer q.mu.Unlock()
			q.open--
			q.held -= held
		}()
		if before != nil {
			<-before.done
		}
		err := s.read(q.ctx, j, inputs)
		j.set(func(st *JobStatus) {
			st.State, st.Ended, st.Revision = Done, s.opts.Now(), s.Now().Revision.N
			if err != nil {
				st.State, st.Err = Failed, err.Error()
				s.opts.Log.Error("reading failed", "job", j.ID, "error", err)
			}
			if errors.Is(err, context.Canceled) {
				st.Err = "the program was stopped; what was read by then is kept: send the rest again"
			}
		})
		close(j.done)
	})
	return j
}

func (s *Source) read(ctx context.Context, j *Job, from func(context.Context) iter.Seq2[readout.Capture, *readout.Refusal]) error {
	r, err := s.reader()
	if err != nil {
		return err
	}
	j.set(func(st *JobStatus) { st.State = Reading })
	before := map[string]bool{}
	for id := range s.Now().ReadIn {
		before[id] = true
	}
	first := map[string]string{}   // report id of each input
	var captures []readout.Capture // that were taken in, without their bytes
	inputs := iter.Seq2[readout.Capture, *readout.Refusal](func(yield func(readout.Capture, *readout.Refusal) bool) {
		for c, f := range from(ctx) {
			if f != nil {
				j.set(func(st *JobStatus) {
					st.Outcomes = append(st.Outcomes, Outcome{Path: f.Path, Reason: f.Reason})
					st.Read++
				})
				continue
			}
			captures = append(captures, readout.Capture{Path: c.Path, SHA256: c.SHA256})
			if !yield(c, nil) {
				return
			}
		}
	})
	began := time.Now()
	res, err := r.Read(ctx, inputs, pipeline.Options{Workers: s.opts.Workers, Keeper: s.store, Observe: s.opts.Observe, Progress: func(p pipeline.Progress) {
		// What the face refused is among the outcomes by now.
		j.set(func(st *JobStatus) { st.Read = len(st.Outcomes) + p.Reports + p.Refused })
	}})
	if err != nil {
		return err
	}
	read := time.Since(began)
	if s.opts.Count != nil {
		s.opts.Count(res)
	}
	for _, d := range res.Docs {
		first[d.Report.SHA256] = d.Report.ID
	}
	why := map[string]string{}
	for _, f := range res.Refusals {
		why[f.Path] = f.Reason
	}
	j.set(func(st *JobStatus) {
		st.State = Linking
		for _, c := range captures {
			o := Outcome{Path: c.Path, Report: first[c.SHA256], Reason: why[c.Path]}
			if o.Report != "" {
				o.New, o.Reason = !before[o.Report], ""
			}
			st.Outcomes = append(st.Outcomes, o)
		}
	})
	began = time.Now()
	err = s.relink(ctx, r, res.Refusals)
	link := time.Since(began)
	if err != nil {
		return err
	}
	if s.opts.Observe != nil {
		s.opts.Observe(pipeline.StageLink, link)
	}
	s.opts.Log.Info("reading done", "job", j.ID, "new", len(res.Docs)-res.Known, "known", res.Known, "refused", len(res.Refusals), "read", read, "link", link)
	return s.Refresh(ctx)
}

// relink draws the record anew, alone in this program and among all.
func (s *Source) relink(ctx context.Context, r *pipeline.Reader, refusals []readout.Refusal) error {
	s.jobs.heavy.Lock()
	defer s.jobs.heavy.Unlock()
	if s.opts.Exclusive != nil {
		unlock, err := s.opts.Exclusive(ctx)
		if err != nil {
			return err
		}
		defer unlock()
	}
	if s.linker == nil {
		s.linker = NewLinker(r, s.store)
	}
	// Another program may have linked since: the linker goes on from what that put.
	for try := 1; ; try++ {
		if err := s.linker.Relink(ctx, refusals); try == relinks || !errors.Is(err, readout.ErrConflict) {
			return err
		}
	}
}

// relinks is how often linking begins again that another program came before.
const relinks = 5
