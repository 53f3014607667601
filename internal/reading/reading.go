// Package reading writes one report with all that was read from it as a line
// of JSON, and reads such lines: what “readout extract” prints and “readout
// ingest --layers” takes in. docs/extract.md is the contract.
//
// In: a line with a capture, or with a report as other tools write it (Line).
// Out: a line with the capture, the report, its layers and the version of the
// annotators, or with the reason why it was refused (Row). Spans are in bytes
// of the report's UTF-8, unlike those of the record's JSON, since they are those
// of nlp.Doc: what Decode gives is what Encode got, to the last field.
//
// Filter runs a function over lines of captures, in their order, on many
// workers and in bounded memory. The package reads nothing else: no store, no
// network, no clock.
package reading

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// Schema names the form of a Row.
const Schema = "readout/reading/1"

// Row is one line: a report with its layers, or a refusal.
type Row struct {
	Schema     string   `json:"schema"`              // readout/reading/1
	Line       int      `json:"line"`                // of the input that it answers, from 1
	Annotators string   `json:"annotators,omitzero"` // names and versions in their order
	Capture    *Capture `json:"capture,omitzero"`    // the bytes as they came in
	Report     *Report  `json:"report,omitzero"`     // what was extracted from them
	Layers     *Layers  `json:"layers,omitzero"`     // what was read from its text
	Refused    *Refusal `json:"refused,omitzero"`    // in the place of all that
}

// Refusal says why a line became no report.
type Refusal struct {
	Path   string `json:"path"`
	Reason string `json:"reason"` // what happened and what to do
}

// Span is a half-open range of bytes of the report's text: [start, end].
type Span [2]int

// By names the annotator, its version and the rule or model that decided.
type By struct {
	Annotator string `json:"annotator"`
	Version   string `json:"version"`
	Rule      string `json:"rule"`
}

// Report is readout.Report; fields that are empty are left out.
type Report struct {
	ID        string    `json:"id"`
	SHA256    string    `json:"sha256"` // of the capture
	Path      string    `json:"path,omitzero"`
	URL       string    `json:"url,omitzero"`
	Outlet    string    `json:"outlet,omitzero"`
	Domain    string    `json:"domain,omitzero"`
	Title     string    `json:"title,omitzero"`
	Byline    string    `json:"byline,omitzero"`
	Language  string    `json:"language,omitzero"` // BCP 47
	Text      string    `json:"text"`
	Published Published `json:"published"`
	Noise     []Noise   `json:"noise,omitzero"`
	Anomalies []Anomaly `json:"anomalies,omitzero"`
	Skip      string    `json:"skipped,omitzero"` // why it was not read further
}

// Published is when a report came out, and how that is known.
type Published struct {
	Value      string      `json:"value,omitzero"` // ISO 8601
	Precision  string      `json:"precision,omitzero"`
	Basis      string      `json:"basis"`
	Why        string      `json:"why,omitzero"`
	Candidates []Candidate `json:"candidates,omitzero"`
	Earliest   string      `json:"earliest,omitzero"`
	Latest     string      `json:"latest,omitzero"`
}

// Candidate is one date that a report carries.
type Candidate struct {
	Value string `json:"value"`
	Basis string `json:"basis"`
}

// Noise is furniture of the page within the text.
type Noise struct {
	Span   Span   `json:"span"`
	Reason string `json:"reason"`
	By     By     `json:"by"`
}

// Anomaly is a defect of the report itself.
type Anomaly struct {
	Kind     string     `json:"kind"`
	Note     string     `json:"note"`
	Evidence []Evidence `json:"evidence,omitzero"`
}

// Evidence is a place in a report.
type Evidence struct {
	Report string `json:"report"`
	Span   Span   `json:"span"`
	By     By     `json:"by"`
}

// Layers are those of nlp.Doc. Whole numbers without a unit are indexes into
// the list that their name tells, from 0; -1 is none.
type Layers struct {
	Tokens       []Token       `json:"tokens,omitzero"`
	Sentences    []Sentence    `json:"sentences,omitzero"`
	Mentions     []Mention     `json:"mentions,omitzero"`
	Timexes      []Timex       `json:"timexes,omitzero"`
	Attributions []Attribution `json:"attributions,omitzero"`
	Chains       []Chain       `json:"chains,omitzero"`
	Events       []Event       `json:"events,omitzero"`
	Positions    []Position    `json:"positions,omitzero"`
	Responses    []Response    `json:"responses,omitzero"`
}

// Token is a word or mark.
type Token struct {
	Span   Span   `json:"span"`
	Sent   int    `json:"sentence"`
	Lemma  string `json:"lemma,omitzero"`
	UPOS   string `json:"upos,omitzero"`
	XPOS   string `json:"xpos,omitzero"`
	Head   int    `json:"head"` // token
	Deprel string `json:"deprel,omitzero"`
}

// Sentence is a run of tokens.
type Sentence struct {
	Span  Span   `json:"span"`
	First int    `json:"first"` // token
	Last  int    `json:"last"`  // token behind the last
	Para  int    `json:"paragraph"`
	Noise string `json:"noise,omitzero"`
}

// Mention is a span that refers to an entity.
type Mention struct {
	Span       Span    `json:"span"`
	First      int     `json:"first"` // token
	Last       int     `json:"last"`  // token behind the last
	Head       int     `json:"head"`  // token
	Form       string  `json:"form"`  // name, nominal, pronoun
	Type       string  `json:"type"`
	Title      Span    `json:"title,omitzero"`
	Chain      int     `json:"chain"`
	Confidence float32 `json:"confidence"` // 0 to 1
	By         By      `json:"by"`
}

// Timex is a TIMEX3 time expression.
type Timex struct {
	Span        Span   `json:"span"`
	Type        string `json:"type"`
	Value       string `json:"value"`
	Mod         string `json:"mod,omitzero"`
	Hedge       string `json:"hedge,omitzero"`
	Basis       string `json:"basis,omitzero"`
	Function    string `json:"function,omitzero"`
	Anchor      int    `json:"anchor"` // timex
	AnchorEvent string `json:"anchor_event,omitzero"`
	Minutes     *Range `json:"minutes,omitzero"`
	First       int    `json:"first"` // token
	Last        int    `json:"last"`  // token behind the last
	Optional    bool   `json:"optional,omitzero"`
	By          By     `json:"by"`
}

// Range is a closed range; an end that is left out is open.
type Range struct {
	Min *float64 `json:"min,omitzero"`
	Max *float64 `json:"max,omitzero"`
}

// Attribution is a source, a cue and a content.
type Attribution struct {
	Content     []Span  `json:"content,omitzero"`
	Cue         Span    `json:"cue,omitzero"`
	CueToken    int     `json:"cue_token"`
	Source      Span    `json:"source,omitzero"`
	SourceHead  int     `json:"source_head"` // token
	Kind        string  `json:"kind"`
	Sent        int     `json:"sentence"`
	Parent      int     `json:"parent"`    // attribution
	Relay       int     `json:"relay"`     // attribution
	Speaker     int     `json:"speaker"`   // chain
	Addressee   int     `json:"addressee"` // chain
	AddressSpan Span    `json:"address_span,omitzero"`
	Medium      Span    `json:"medium,omitzero"`
	Uttered     bool    `json:"uttered,omitzero"`
	Negated     bool    `json:"negated,omitzero"`
	Factuality  string  `json:"factuality,omitzero"`
	Confidence  float32 `json:"confidence"`
	By          By      `json:"by"`
}

// Chain is one entity within the report.
type Chain struct {
	Mentions []int    `json:"mentions,omitzero"`
	Type     string   `json:"type"`
	Name     string   `json:"name,omitzero"`
	Key      string   `json:"key,omitzero"`
	Members  []int    `json:"members,omitzero"` // chains
	Country  string   `json:"country,omitzero"`
	Titles   []string `json:"titles,omitzero"`
	By       By       `json:"by"`
}

// Event is a trigger with its arguments.
type Event struct {
	Span        Span              `json:"span"`
	Trigger     Span              `json:"trigger"`
	Token       int               `json:"token"`
	Sent        int               `json:"sentence"`
	Type        string            `json:"type"`
	Mode        string            `json:"mode,omitzero"`
	Args        []Argument        `json:"arguments,omitzero"`
	Time        int               `json:"time"`     // timex
	Place       int               `json:"place"`    // mention
	Duration    int               `json:"duration"` // timex
	Status      string            `json:"status"`
	Negated     bool              `json:"negated,omitzero"`
	Nominal     bool              `json:"nominal,omitzero"`
	Definite    bool              `json:"definite,omitzero"`
	Plural      bool              `json:"plural,omitzero"`
	Ordinal     string            `json:"ordinal,omitzero"`
	Attribution int               `json:"attribution"`
	Tense       string            `json:"tense,omitzero"`
	Before      []int             `json:"before,omitzero"` // events
	After       []int             `json:"after,omitzero"`  // events
	Tells       []int             `json:"tells,omitzero"`  // events
	Attributes  map[string]string `json:"attributes,omitzero"`
	By          By                `json:"by"`
}

// Argument is a participant of an event.
type Argument struct {
	Role    string `json:"role"`
	Mention int    `json:"mention"`
	Span    Span   `json:"span"`
}

// Position is a party's stand.
type Position struct {
	Span        Span   `json:"span"`
	Stance      string `json:"stance"`
	Trigger     Span   `json:"trigger,omitzero"`
	Party       int    `json:"party"`     // chain
	Addressee   int    `json:"addressee"` // chain
	Terms       Span   `json:"terms,omitzero"`
	Issue       []int  `json:"issue,omitzero"` // tokens
	If          Span   `json:"if,omitzero"`
	Until       int    `json:"until"` // timex
	Time        int    `json:"time"`  // timex
	Breach      bool   `json:"breach,omitzero"`
	Attribution int    `json:"attribution"`
	Event       int    `json:"event"`
	Uttered     bool   `json:"uttered,omitzero"`
	By          By     `json:"by"`
}

// Response is an answer.
type Response struct {
	Span        Span   `json:"span"`
	Kind        string `json:"kind"`
	Cue         Span   `json:"cue,omitzero"`
	Party       int    `json:"party"` // chain
	Who         Span   `json:"who,omitzero"`
	To          int    `json:"to"` // chain
	About       Span   `json:"about,omitzero"`
	AboutEvent  int    `json:"about_event"` // event
	AboutSaid   int    `json:"about_said"`  // attribution
	Time        int    `json:"time"`        // timex
	Attribution int    `json:"attribution"`
	By          By     `json:"by"`
}

// Of is the row of a report that was read; capture may be nil.
func Of(line int, c *readout.Capture, doc *nlp.Doc, annotators string) *Row {
	row := &Row{Schema: Schema, Line: line, Annotators: annotators, Report: reportOf(doc.Report), Layers: &Layers{}}
	same(reflect.ValueOf(row.Layers).Elem(), reflect.ValueOf(doc).Elem())
	if c != nil {
		row.Capture = captureOf(c)
	}
	return row
}

func reportOf(r *readout.Report) *Report {
	out := &Report{}
	same(reflect.ValueOf(out).Elem(), reflect.ValueOf(r).Elem())
	return out
}

// Fits reports whether the row's report is this one in every field, so that the
// row's layers are its.
func (r *Row) Fits(report *readout.Report) bool {
	return r.Report != nil && reflect.DeepEqual(tidy(r.Report), tidy(reportOf(report)))
}

// tidy is a report without the difference between no list and an empty one.
func tidy(r *Report) Report {
	out := *r
	if len(out.Noise) == 0 {
		out.Noise = nil
	}
	if len(out.Published.Candidates) == 0 {
		out.Published.Candidates = nil
	}
	out.Anomalies = nil
	for _, a := range r.Anomalies {
		if len(a.Evidence) == 0 {
			a.Evidence = nil
		}
		out.Anomalies = append(out.Anomalies, a)
	}
	return out
}

// Doc is the annotated report of a row. It fails where the layers cannot be
// those of a text (nlp.Doc.Check).
func (r *Row) Doc() (*nlp.Doc, error) {
	if r.Report == nil || r.Layers == nil {
		return nil, errors.New("the row has no report with layers")
	}
	report := &readout.Report{}
	same(reflect.ValueOf(report).Elem(), reflect.ValueOf(r.Report).Elem())
	doc := &nlp.Doc{Report: report}
	layers := reflect.ValueOf(r.Layers).Elem()
	for i := range layers.NumField() {
		copyValue(reflect.ValueOf(doc).Elem().FieldByName(layers.Type().Field(i).Name), layers.Field(i))
	}
	if err := doc.Check(); err != nil {
		return nil, fmt.Errorf("the layers do not fit the text: %w", err)
	}
	return doc, nil
}

// Append appends the row as a line.
func (r *Row) Append(b []byte) ([]byte, error) {
	out := bytes.NewBuffer(b)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(r); err != nil {
		return b, fmt.Errorf("write line %d: %w", r.Line, err)
	}
	return out.Bytes(), nil
}

// Decode reads a line that Append wrote.
func Decode(line []byte) (*Row, error) {
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	row := &Row{}
	if err := dec.Decode(row); err != nil {
		return nil, fmt.Errorf("not a line of “readout extract” (%s)", jsonReason(err))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("not a line of “readout extract” (more follows the object)")
	}
	if row.Schema != Schema {
		return nil, fmt.Errorf("the schema is %q; this program reads %s", row.Schema, Schema)
	}
	return row, nil
}

// same fills every field of dst from the field of src with that name. Fields of
// src that dst lacks are left out; a test holds that there are none but
// nlp.Doc.Report.
func same(dst, src reflect.Value) {
	t := dst.Type()
	for i := range t.NumField() {
		copyValue(dst.Field(i), src.FieldByName(t.Field(i).Name))
	}
}

var (
	noun = reflect.TypeFor[readout.Span]()
	pair = reflect.TypeFor[Span]()
)

// copyValue copies between the nouns of the program and their JSON, which differ
// in the names of their types alone, and in spans.
func copyValue(dst, src reflect.Value) {
	switch {
	case src.Type() == noun && dst.Type() == pair:
		dst.Index(0).SetInt(src.Field(0).Int())
		dst.Index(1).SetInt(src.Field(1).Int())
		return
	case src.Type() == pair && dst.Type() == noun:
		dst.Field(0).SetInt(src.Index(0).Int())
		dst.Field(1).SetInt(src.Index(1).Int())
		return
	}
	switch dst.Kind() {
	case reflect.Struct:
		same(dst, src)
	case reflect.Slice:
		if src.IsNil() {
			return
		}
		dst.Set(reflect.MakeSlice(dst.Type(), src.Len(), src.Len()))
		for i := range src.Len() {
			copyValue(dst.Index(i), src.Index(i))
		}
	case reflect.Pointer:
		if src.IsNil() {
			return
		}
		dst.Set(reflect.New(dst.Type().Elem()))
		copyValue(dst.Elem(), src.Elem())
	default: // strings, numbers, truths, maps of strings
		dst.Set(src.Convert(dst.Type()))
	}
}

// jsonReason is a decoding error without Go's type names.
func jsonReason(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the line is cut off"
	case errors.As(err, &syntax):
		return fmt.Sprintf("%s at byte %d", syntax.Error(), syntax.Offset)
	case errors.As(err, &kind):
		return fmt.Sprintf("%s holds the wrong kind of value: %s", kind.Field, kind.Value)
	}
	return err.Error()
}
