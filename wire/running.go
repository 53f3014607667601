package wire

// RunningSchema names the contract of Running where it stands alone.
const RunningSchema = "readout/running/1"

// Running is how the program does that keeps the record. What it has not is
// null, and absent says why.
type Running struct {
	At       string      `json:"at"`       // when this was found, RFC 3339; up to 5 seconds ago
	Since    string      `json:"since"`    // when the program was started
	Store    *StoreState `json:"store"`    // what it reads and writes
	Served   *Served     `json:"served"`   // the state of the record that pages show
	Queue    *QueueState `json:"queue"`    // what waits to be read by workers
	Feeds    *FeedsState `json:"feeds"`    // what is followed
	Read     *ReadCounts `json:"read"`     // by this program since it was started
	Stages   []StageTime `json:"stages"`   // of this program since it was started, those that took most first
	Absent   []Absent    `json:"absent"`   // what is null above, and why
	Warnings []string    `json:"warnings"` // what somebody should look at, in words
}

// Absent is a part that a program has not.
type Absent struct {
	Part string `json:"part"` // store, served, queue, feeds, stages
	Why  string `json:"why"`  // in words
}

// StoreState is what a store is and holds.
type StoreState struct {
	Name     string  `json:"name"`      // file or address
	Engine   string  `json:"engine"`    // SQLite or PostgreSQL
	Bytes    int64   `json:"bytes"`     // on disk; 0 unknown
	Reports  int     `json:"reports"`   // stored, in the record or not yet
	Revision int     `json:"revision"`  // of the record
	LinkedAt *string `json:"linked_at"` // when the revision came about
	Unlinked int     `json:"unlinked"`  // reports that are not in the record yet
	Rereads  *int    `json:"rereads"`   // reports that other annotators have read: readout reread; null where it is not known

	BackedUpAt *string  `json:"backed_up_at"` // when the last backup was made; null: never
	DiskFree   *float64 `json:"disk_free"`    // how much of the disk that the store is on may still be written, 0 to 1; null where it is not known
}

// Served is the state of the record that pages and answers show.
type Served struct {
	Revision        int     `json:"revision"`
	StoreRevision   int     `json:"store_revision"`    // that the store has by now
	BehindSeconds   float64 `json:"behind_seconds"`    // since when it has a later one; 0: it has not
	LoadSeconds     float64 `json:"load_seconds"`      // that loading the record took last
	NextLookSeconds float64 `json:"next_look_seconds"` // until the next may be loaded
}

// QueueState is what workers have to do.
type QueueState struct {
	Jobs          []JobCount    `json:"jobs"`           // by stage and state; none that are 0
	OldestSeconds float64       `json:"oldest_seconds"` // age of the input that has waited longest; 0: none waits
	Unlinked      int           `json:"unlinked"`       // reports read that are not in the record yet
	Workers       []WorkerState `json:"workers"`        // seen within the last hour
}

// Count is how many jobs are in a state.
func (q *QueueState) Count(state string) int {
	n := 0
	for _, j := range q.Jobs {
		if j.State == state {
			n += j.Jobs
		}
	}
	return n
}

// JobCount is how many jobs of a stage are in a state.
type JobCount struct {
	Stage string `json:"stage"` // read, reread, link
	State string `json:"state"` // waiting, running, later, parked, done
	Jobs  int    `json:"jobs"`
}

// WorkerState is a worker.
type WorkerState struct {
	ID      string `json:"id"`
	Host    string `json:"host"`
	Readers int    `json:"readers"` // reports it reads at once
	Started string `json:"started"` // RFC 3339
	Seen    string `json:"seen"`    // last sign of life
	Alive   bool   `json:"alive"`
}

// FeedsState is how following feeds goes.
type FeedsState struct {
	Feeds   int         `json:"feeds"`
	Late    int         `json:"late"`    // that were due more than three of their pauses ago
	Failing int         `json:"failing"` // that failed three times in a row or more
	Worst   []FeedState `json:"worst"`   // the ten that are latest or failed
}

// FeedState is how one feed does.
type FeedState struct {
	Address     string  `json:"address"`
	LateSeconds float64 `json:"late_seconds"` // since it was due; 0: it is not
	Failures    int     `json:"failures"`     // in a row
	Succeeded   *string `json:"succeeded"`    // when it answered last; null: never
	Error       *string `json:"error"`        // of the last try
}

// ReadCounts are the inputs that a program has read.
type ReadCounts struct {
	New     int        `json:"new"`
	Known   int        `json:"known"`
	Refused []Refusals `json:"refused"` // by class
}

// Refusals are inputs that were refused for one kind of reason.
type Refusals struct {
	Class  string `json:"class"` // fault, too-large, empty, format, changed, file, web, other
	Inputs int    `json:"inputs"`
}

// StageTime is how long one stage takes.
type StageTime struct {
	Stage   string  `json:"stage"`   // extract, an annotator, store, link, load
	Count   int     `json:"count"`   // times it ran
	Seconds float64 `json:"seconds"` // in all
	P50     float64 `json:"p50"`     // seconds that half of the times did not pass, within 7%
	P95     float64 `json:"p95"`
}
