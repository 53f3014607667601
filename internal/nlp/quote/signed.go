package quote

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout/internal/nlp"
)

// Rules for speech whose speaker stands beside it without a verb.
const (
	ruleSigned     = "quote/signed"     // “…” — Name
	ruleTranscript = "quote/transcript" // NAME: …
)

// maxSignature bounds what follows the dash of a signature, in tokens:
// name, office, place.
const maxSignature = 16

// signature is the dash and the name behind quotation r, when it is signed:
// “…” — Name, office. Both are empty when it is not.
func (f *finder) signature(r run) (dash, name run) {
	j := r.last
	for j < f.n && f.state[j] == closing {
		j++
	}
	if j+1 >= f.n || !isDash(f.low[j]) || f.skip[j] {
		return run{}, run{}
	}
	if !capital(f.doc.Word(j+1)) || f.start[j+1] {
		return run{}, run{}
	}
	end := j + 1
	for end < f.n && !f.start[end] && end-j <= maxSignature+1 {
		end++
	}
	if end-j > maxSignature {
		return run{}, run{} // the sentence goes on behind the dash
	}
	name = run{j + 1, j + 1}
	for name.last < end && !f.punct[name.last] || name.last < end && f.low[name.last] == "." && name.last+1 < end && capital(f.doc.Word(name.last+1)) {
		name.last++
	}
	for k := name.first; k < name.last; k++ {
		if u := f.doc.Tokens[k].UPOS; u == "VERB" || u == "AUX" || u == "PRON" {
			return run{}, run{}
		}
	}
	return run{j, j + 1}, name
}

func isDash(w string) bool {
	return w == "-" || w == "--" || w == "—" || w == "–" || w == "―"
}

func capital(w string) bool {
	r, _ := utf8.DecodeRuneInString(w)
	return unicode.IsUpper(r)
}

// A report is a transcript when at least this many paragraphs open with a
// speaker's label in capitals.
const minLabels = 4

// maxLabel bounds a speaker's label, in tokens.
const maxLabel = 5

// transcript drafts the turns of a transcript: "NAME: …" to the end of the
// paragraph. A report with few such lines is none.
func (f *finder) transcript() []draft {
	var out []draft
	for i := 0; i < f.n; i++ {
		if !f.start[i] || f.skip[i] {
			continue
		}
		colon := -1
		for k := i; k < f.n && k <= i+maxLabel; k++ {
			if k > i && f.start[k] {
				break
			}
			if f.low[k] == ":" {
				colon = k
				break
			}
			if w := f.doc.Word(k); w != strings.ToUpper(w) || !f.punct[k] && !capital(w) {
				break
			}
		}
		if colon <= i {
			continue
		}
		end := colon + 1
		for end < f.n && !f.start[end] {
			end++
		}
		d := draft{
			source: f.trim(run{i, colon}), cue: run{colon, colon + 1}, head: colon, class: "say",
			rule: ruleTranscript, conf: ruleConf, relayOf: nlp.None,
			content: f.tidy([]run{{colon + 1, end}}),
		}
		if len(d.content) > 0 && !d.source.empty() {
			out = append(out, d)
		}
	}
	if len(out) < minLabels {
		return nil
	}
	return out
}
