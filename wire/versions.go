package wire

// Versions are the versions of articles, see docs/schema.md.
type Versions struct {
	Articles []Article `json:"articles"`
}

// Article is one article with its versions, the first first.
type Article struct {
	URL       string     `json:"url"`
	Title     string     `json:"title"` // of the version in the record
	Sightings []Sighting `json:"sightings"`
	Versions  []Version  `json:"versions"`
}

// Sighting is one way by which the report of an article was met.
type Sighting struct {
	Through string  `json:"through"` // address of a feed, path of a file
	URL     string  `json:"url"`
	Title   *string `json:"title"`
	Seen    *string `json:"seen"` // RFC 3339
}

// Version is one wording of an article.
type Version struct {
	N        int      `json:"n"` // from 1
	Report   string   `json:"report"`
	Others   []string `json:"others"` // reports with the same words
	First    *string  `json:"first"`  // when its words were seen; RFC 3339
	Last     *string  `json:"last"`
	Captures int      `json:"captures"`
	Current  bool     `json:"current"` // the record is drawn from it
	Changes  []Revise `json:"changes"` // against the version before
}

// Revise is one thing that a version tells otherwise than the one before.
type Revise struct {
	Kind   string        `json:"kind"` // title, day, event, claim, statement, position, sentence
	How    string        `json:"how"`  // added, withdrawn, changed
	About  *string       `json:"about"`
	Before *ReviseSide   `json:"before"`
	After  *ReviseSide   `json:"after"`
	Words  []ReviseWords `json:"words"`
	Values []ReviseValue `json:"values"`
}

// ReviseSide is a fact as one version tells it; offsets are code points in the
// text of that version.
type ReviseSide struct {
	ID    *string `json:"id"`
	Text  string  `json:"text"`
	Who   *string `json:"who"`
	Start int     `json:"start"`
	End   int     `json:"end"`
}

// ReviseWords are other words in one place; one side may be empty.
type ReviseWords struct {
	Before string `json:"before"`
	After  string `json:"after"`
}

// ReviseValue is a value that differs; null is unknown.
type ReviseValue struct {
	Name   string  `json:"name"`
	Before *string `json:"before"`
	After  *string `json:"after"`
}
