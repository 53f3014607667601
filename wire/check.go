package wire

// Draft is text to be compared with the record. Nothing of it is kept.
type Draft struct {
	Text string `json:"text"`
	Date string `json:"date,omitempty"` // the day of the draft, 2031-03-14: what Monday and last week are counted from
}

// Check is a draft compared with the record. A match says that a report has
// it, not that it is true.
type Check struct {
	Schema   string    `json:"schema"`            // readout/check/1
	Reports  int       `json:"reports"`           // compared with
	Match    int       `json:"match"`             // findings that a report has, too
	Differs  int       `json:"differs"`           // that reports have otherwise
	Absent   int       `json:"not_in_the_record"` // of which no report speaks
	Findings []Finding `json:"findings"`          // in the order of the draft
}

// Finding is one part of a draft and what the record says of it.
type Finding struct {
	N       int           `json:"n"`       // from 1
	Kind    string        `json:"kind"`    // quotation, figure, duration, date, title or name
	Start   int           `json:"start"`   // code points of the draft
	End     int           `json:"end"`     // code points, exclusive
	Text    string        `json:"text"`    // the words of the draft
	Verdict string        `json:"verdict"` // match, differs or not in the record
	Why     string        `json:"why"`     // in words
	Record  []CheckPlace  `json:"record"`  // what it rests on, best first
	Changes []CheckChange `json:"changes"` // of a quotation with other words
	Sides   []CheckSide   `json:"sides"`   // where reports differ among themselves
}

// CheckPlace is a sentence of the record beside a finding.
type CheckPlace struct {
	Ref       string   `json:"ref"` // opens it
	Report    string   `json:"report"`
	Outlet    string   `json:"outlet"`
	Headline  string   `json:"headline,omitempty"`
	Published string   `json:"published,omitempty"`
	Start     int      `json:"start"` // code points of the report's text
	End       int      `json:"end"`   // code points, exclusive
	Text      string   `json:"text"`  // the words compared
	Sentence  string   `json:"sentence"`
	Number    int      `json:"sentence_number,omitempty"` // from 1; left out when unknown
	Speaker   string   `json:"speaker,omitempty"`         // of a quotation
	Chain     []string `json:"chain,omitempty"`           // of a quotation
}

// CheckChange is one place where a quotation has other words than the record;
// one side is empty where words were left out or put in.
type CheckChange struct {
	Draft  string `json:"draft"`
	Record string `json:"record"`
}

// CheckSide is one value that reports have.
type CheckSide struct {
	Value   string   `json:"value"`
	Reports []string `json:"reports"` // ids
	Origins int      `json:"origins"` // independent ones
	Draft   bool     `json:"draft"`   // the draft has this one
}
