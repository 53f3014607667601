package corpus

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// PloverRecord is a sentence of the PLOVER gold records with the type of its
// event, the words that name it and the actors.
type PloverRecord struct {
	ID      string         `json:"id"`
	Event   string         `json:"event"` // the draft's name: DEMAND, DISAPPROVE, FIGHT, … are REQUEST, ACCUSE, ASSAULT today
	Mode    string         `json:"mode"`
	Words   string         `json:"eventText"`
	Text    string         `json:"text"`
	Trigger []readout.Span `json:"-"` // the words in Text, where they are marked
	Source  []readout.Span `json:"-"` // who does it
	Target  []readout.Span `json:"-"` // to or with whom; of a compound actor the same spans as Source
}

// marked reads the spans of the mark-up "(EVT: agreed)" and finds them in the
// text, each after the one before; a span whose words are not there is left out.
func (r *PloverRecord) marked(markup string) {
	from := 0
	for {
		i := strings.IndexByte(markup, '(')
		if i < 0 {
			return
		}
		markup = markup[i+1:]
		kinds, rest, ok := strings.Cut(markup, ":")
		if !ok || kinds == "" || strings.Trim(kinds, "SRCTAEVLO/") != "" {
			continue
		}
		depth, end := 1, 0
		for end < len(rest) && depth > 0 {
			switch rest[end] {
			case '(':
				depth++
			case ')':
				depth--
			}
			end++
		}
		words := strings.TrimSpace(rest[:max(end-1, 0)])
		markup = rest[end:]
		at := strings.Index(r.Text[from:], words)
		if words == "" || at < 0 {
			continue
		}
		span := readout.Span{Start: from + at, End: from + at + len(words)}
		from = span.End
		for _, k := range strings.Split(kinds, "/") {
			switch k {
			case "EVT":
				r.Trigger = append(r.Trigger, span)
			case "SRC":
				r.Source = append(r.Source, span)
			case "TAR":
				r.Target = append(r.Target, span)
			}
		}
	}
}

// ReadPlover reads PLOVER_GSR_CAMEO.txt, a JSON array; the record that only
// documents the file is left out.
func ReadPlover(path string) ([]PloverRecord, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var all []json.RawMessage
	if err := json.Unmarshal(bytes.TrimSpace(data), &all); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	var out []PloverRecord
	for i, raw := range all {
		var r PloverRecord
		if err := json.Unmarshal(raw, &r); err != nil {
			return nil, fmt.Errorf("read %s: record %d: %w", path, i, err)
		}
		if r.Event != "DOCUMENT" && r.Text != "" {
			var info struct{ TextInfo json.RawMessage }
			var mark struct{ Markup string }
			if json.Unmarshal(raw, &info) == nil && json.Unmarshal(info.TextInfo, &mark) == nil {
				r.marked(mark.Markup) // some records have a bare string there: no mark-up
			}
			out = append(out, r)
		}
	}
	return out, nil
}

// GoldTrigger is a word of a text that names an event.
type GoldTrigger struct {
	Span  readout.Span
	Type  string // as the corpus calls it
	Chain string // events of one name are one event; "" where the corpus has no coreference
	Clean bool   // ECB+: in a sentence whose annotation was checked again, the ones that are scored by custom
}

// EventText is a text with its triggers.
type EventText struct {
	Doc, Topic string
	Text       string
	Triggers   []GoldTrigger
}

// ReadWikiEvents reads the WikiEvents JSON lines. Texts are their tokens with
// spaces between, sentences parted by a line.
func ReadWikiEvents(path string) ([]EventText, error) {
	type line struct {
		DocID     string              `json:"doc_id"`
		Sentences [][]json.RawMessage `json:"sentences"` // [[[word, from, to] …], text]
		Events    []struct {
			Type    string `json:"event_type"`
			Trigger struct{ Start, End int }
		} `json:"event_mentions"`
	}
	var out []EventText
	err := eachJSONLine(path, func(raw []byte) error {
		var l line
		if err := json.Unmarshal(raw, &l); err != nil {
			return err
		}
		var sents [][]string
		for _, s := range l.Sentences {
			var words [][]any
			if len(s) == 0 {
				continue
			}
			if err := json.Unmarshal(s[0], &words); err != nil {
				return err
			}
			var sent []string
			for _, w := range words {
				word, _ := w[0].(string)
				sent = append(sent, word)
			}
			sents = append(sents, sent)
		}
		text, spans := joinSentences(sents)
		flat := []readout.Span{}
		for _, s := range spans {
			flat = append(flat, s...)
		}
		d := EventText{Doc: l.DocID, Text: text}
		for _, e := range l.Events {
			if e.Trigger.Start < 0 || e.Trigger.End > len(flat) || e.Trigger.Start >= e.Trigger.End {
				return fmt.Errorf("doc %s: trigger [%d, %d) of %d words", l.DocID, e.Trigger.Start, e.Trigger.End, len(flat))
			}
			d.Triggers = append(d.Triggers, GoldTrigger{Span: readout.Span{Start: flat[e.Trigger.Start].Start, End: flat[e.Trigger.End-1].End}, Type: e.Type})
		}
		out = append(out, d)
		return nil
	})
	return out, err
}

// chainLine is one report of NewsWCL50 or MEANTIME with its mentions, as the file has it.
type chainLine struct {
	Doc, Topic string
	Sents      [][]string
	Mentions   []struct {
		Chain   string
		Sent    int
		Start   int
		EndSent int `json:"end_sent"`
		End     int // last word
	}
}

// ReadNewsWCL reads NewsWCL50 (JSON lines): mentions of actors, events and
// other things with their chains across the reports of a topic. Only chains
// named *_EVENT or *_ACTION are taken.
func ReadNewsWCL(path string) ([]EventText, error) {
	return readChains(path, func(chain string) bool {
		return strings.HasSuffix(chain, "_EVENT") || strings.HasSuffix(chain, "_ACTION")
	})
}

// ReadMeantime reads MEANTIME (JSON lines), which is laid out alike. Only the
// chains of events are taken: of speech, of grammatical verbs and others.
func ReadMeantime(path string) ([]EventText, error) {
	return readChains(path, func(chain string) bool {
		return strings.Contains(chain, "_OTH") || strings.Contains(chain, "_SPE") || strings.Contains(chain, "_GRA")
	})
}

// readChains reads the chains that take accepts.
func readChains(path string, take func(chain string) bool) ([]EventText, error) {
	var out []EventText
	err := eachJSONLine(path, func(raw []byte) error {
		var l chainLine
		if err := json.Unmarshal(raw, &l); err != nil {
			return err
		}
		text, spans := joinSentences(l.Sents)
		d := EventText{Doc: l.Doc, Topic: l.Topic, Text: text}
		for _, m := range l.Mentions {
			if !take(m.Chain) {
				continue
			}
			if m.Sent >= len(spans) || m.EndSent >= len(spans) || m.Start >= len(spans[m.Sent]) || m.End >= len(spans[m.EndSent]) {
				continue // a mention of the headline that the text lacks
			}
			d.Triggers = append(d.Triggers, GoldTrigger{Span: readout.Span{Start: spans[m.Sent][m.Start].Start, End: spans[m.EndSent][m.End].End}, Chain: m.Chain})
		}
		out = append(out, d)
		return nil
	})
	return out, err
}

// ReadECB reads ECB+ (JSON lines): its action mentions with their chains
// across the reports of a topic.
func ReadECB(path string) ([]EventText, error) {
	type line struct {
		Doc, Topic, Subtopic string
		Sents                [][]string
		CleanSents           []int `json:"clean_sents"`
		Mentions             []struct {
			Type   string
			Sent   int
			Tokens []int
			Chain  string
		}
	}
	var out []EventText
	err := eachJSONLine(path, func(raw []byte) error {
		var l line
		if err := json.Unmarshal(raw, &l); err != nil {
			return err
		}
		text, spans := joinSentences(l.Sents)
		d := EventText{Doc: l.Doc, Topic: l.Topic, Text: text}
		for _, m := range l.Mentions {
			if !strings.HasPrefix(m.Type, "ACTION") && !strings.HasPrefix(m.Type, "NEG_ACTION") || len(m.Tokens) == 0 {
				continue
			}
			if m.Sent >= len(spans) || m.Tokens[len(m.Tokens)-1] >= len(spans[m.Sent]) {
				return fmt.Errorf("doc %s: mention outside sentence %d", l.Doc, m.Sent)
			}
			d.Triggers = append(d.Triggers, GoldTrigger{
				Span: readout.Span{Start: spans[m.Sent][m.Tokens[0]].Start, End: spans[m.Sent][m.Tokens[len(m.Tokens)-1]].End},
				Type: m.Type, Chain: m.Chain, Clean: slices.Contains(l.CleanSents, m.Sent),
			})
		}
		out = append(out, d)
		return nil
	})
	return out, err
}

// joinSentences writes words with spaces between and a line for a sentence,
// and says where each word stands.
func joinSentences(sents [][]string) (string, [][]readout.Span) {
	var text strings.Builder
	spans := make([][]readout.Span, len(sents))
	for i, s := range sents {
		for j, w := range s {
			if j > 0 {
				text.WriteByte(' ')
			}
			start := text.Len()
			text.WriteString(w)
			spans[i] = append(spans[i], readout.Span{Start: start, End: text.Len()})
		}
		text.WriteByte('\n')
	}
	return text.String(), spans
}

// eachJSONLine calls f with every line of a JSON-lines file.
func eachJSONLine(path string, f func([]byte) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	err = eachLine(file, func(_ int, data []byte) error { return f(data) })
	if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	return nil
}
