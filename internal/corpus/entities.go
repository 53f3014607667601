package corpus

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/readout-news/readout"
)

// EntityText is a report with gold mentions of entities.
type EntityText struct {
	Doc, Topic string
	Outlet     string // as an outlet calls itself, "" unknown
	Published  string // ISO 8601 day, "" unknown
	Text       string
	Mentions   []GoldMention
	Quotes     []GoldQuote
}

// GoldMention is a mention with its chain across the reports of a topic, or
// its Wikidata id.
type GoldMention struct {
	readout.Span
	Chain    string
	Type     string
	Wikidata string
}

// GoldQuote is a quotation with its speaker, as the corpus names him.
type GoldQuote struct {
	Text, Speaker string
}

// ReadECBEntities reads the mentions of people, bodies and places of ECB+ (JSON
// lines).
func ReadECBEntities(path string) ([]EntityText, error) {
	type line struct {
		Doc      string
		Subtopic string // ECB+ joins chains within a subtopic, one seminal event
		Sents    [][]string
		Mentions []struct {
			Type   string
			Sent   int
			Tokens []int
			Chain  string
		}
	}
	var out []EntityText
	err := eachJSONLine(path, func(raw []byte) error {
		var l line
		if err := json.Unmarshal(raw, &l); err != nil {
			return err
		}
		text, spans := joinSentences(l.Sents)
		d := EntityText{Doc: l.Doc, Topic: l.Subtopic, Text: text}
		for _, m := range l.Mentions {
			switch m.Type {
			case "HUMAN_PART_PER", "HUMAN_PART_ORG", "HUMAN_PART_GPE", "LOC_GEO", "LOC_FAC":
			default:
				continue
			}
			if len(m.Tokens) == 0 {
				continue
			}
			if m.Sent >= len(spans) || m.Tokens[len(m.Tokens)-1] >= len(spans[m.Sent]) {
				return fmt.Errorf("doc %s: mention outside sentence %d", l.Doc, m.Sent)
			}
			d.Mentions = append(d.Mentions, GoldMention{
				Span: readout.Span{Start: spans[m.Sent][m.Tokens[0]].Start, End: spans[m.Sent][m.Tokens[len(m.Tokens)-1]].End},
				Type: m.Type, Chain: m.Chain,
			})
		}
		out = append(out, d)
		return nil
	})
	return out, err
}

// ReadNewsWCLEntities reads the chains of actors of NewsWCL50 (JSON lines).
func ReadNewsWCLEntities(path string) ([]EntityText, error) {
	var out []EntityText
	err := eachJSONLine(path, func(raw []byte) error {
		var l chainLine
		if err := json.Unmarshal(raw, &l); err != nil {
			return err
		}
		text, spans := joinSentences(l.Sents)
		d := EntityText{Doc: l.Doc, Topic: l.Topic, Text: text}
		for _, m := range l.Mentions {
			if !strings.HasSuffix(m.Chain, "_ACTOR") || m.Sent >= len(spans) || m.EndSent >= len(spans) || m.Start >= len(spans[m.Sent]) || m.End >= len(spans[m.EndSent]) {
				continue
			}
			d.Mentions = append(d.Mentions, GoldMention{
				Span: readout.Span{Start: spans[m.Sent][m.Start].Start, End: spans[m.EndSent][m.End].End}, Chain: m.Chain, Type: "ACTOR",
			})
		}
		out = append(out, d)
		return nil
	})
	return out, err
}

// ReadLinking reads texts whose mentions have Wikidata ids (JSON lines);
// mentions without an id are left out.
func ReadLinking(path string) ([]EntityText, error) {
	type line struct {
		ID     int
		Text   string
		Labels []struct {
			Span   [2]int // code points
			Entity string `json:"entity_id"`
		}
	}
	var out []EntityText
	err := eachJSONLine(path, func(raw []byte) error {
		var l line
		if err := json.Unmarshal(raw, &l); err != nil {
			return err
		}
		d := EntityText{Doc: fmt.Sprint(l.ID), Text: l.Text}
		at := make([]int, 0, utf8.RuneCountInString(l.Text)+1)
		for i := range l.Text {
			at = append(at, i)
		}
		at = append(at, len(l.Text))
		for _, m := range l.Labels {
			if !strings.HasPrefix(m.Entity, "Q") || m.Span[0] < 0 || m.Span[1] >= len(at) || m.Span[0] >= m.Span[1] {
				continue
			}
			d.Mentions = append(d.Mentions, GoldMention{Span: readout.Span{Start: at[m.Span[0]], End: at[m.Span[1]]}, Wikidata: m.Entity})
		}
		out = append(out, d)
		return nil
	})
	return out, err
}

// ReadBASIL reads the quotations of BASIL (JSON lines) whose speaker the
// corpus names.
func ReadBASIL(path string) ([]EntityText, error) {
	type line struct {
		Doc, Story, Date, Source, Text string
		Quotes                         []struct{ Txt, Speaker string }
	}
	outlets := map[string]string{"nyt": "New York Times", "fox": "Fox News", "hpo": "HuffPost"}
	var out []EntityText
	err := eachJSONLine(path, func(raw []byte) error {
		var l line
		if err := json.Unmarshal(raw, &l); err != nil {
			return err
		}
		d := EntityText{Doc: l.Doc, Topic: l.Story, Outlet: outlets[l.Source], Published: l.Date, Text: l.Text}
		for _, q := range l.Quotes {
			// "other_pro" and "Democratic_Lawmakers" are classes; a person's name
			// stands in the report.
			if s := strings.ReplaceAll(q.Speaker, "_", " "); strings.Contains(s, " ") && strings.Contains(l.Text, s) && s != strings.ToLower(s) {
				d.Quotes = append(d.Quotes, GoldQuote{Text: q.Txt, Speaker: s})
			}
		}
		out = append(out, d)
		return nil
	})
	return out, err
}
