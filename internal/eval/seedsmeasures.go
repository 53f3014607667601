package eval

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

func (s *recordScore) reports() {
	read := 0
	day := map[string]string{}
	for _, r := range s.rec.Reports {
		doc, ok := s.doc[r.ID]
		if !ok {
			continue
		}
		if r.Skipped == "" {
			read++
		}
		day[doc] = r.Published.Value[:min(len("2006-01-02"), len(r.Published.Value))]
	}
	right := 0
	for _, d := range s.gold.documents {
		if got, ok := day[d.Doc]; ok && d.Published.Value != nil && got == *d.Published.Value {
			right++
		}
	}
	s.share("reports read", read, len(s.gold.documents))
	s.share("publication date", right, len(s.gold.documents))
}

// link is a name of gold and the entity of the record that has it.
type link struct{ gold, system string }

// entities finds for each name of gold the entity whose name covers it best,
// and for each entity of the record the one of gold that it is most often.
func (s *recordScore) entities() {
	type name struct {
		entity string
		codeRange
	}
	names := map[string][]name{} // by gold's number of the report
	for _, e := range s.rec.Entities {
		for _, m := range e.Mentions {
			if doc, ok := s.doc[m.Report]; ok && (m.Form == nil || *m.Form == "name") {
				names[doc] = append(names[doc], name{e.ID, m.codeRange})
			}
		}
	}
	wanted := 0
	var links []link
	for _, e := range s.gold.entities {
		for _, m := range e.Mentions {
			if m.Kind != "name" {
				continue
			}
			wanted++
			core := m.codeRange
			if m.Core != nil {
				core = m.Core.codeRange
			}
			best, entity := 0.0, ""
			for _, n := range names[docOf(m.File)] {
				if !n.overlaps(core) {
					continue
				}
				cover := share(min(n.End, core.End)-max(n.Start, core.Start), max(n.End, core.End)-min(n.Start, core.Start))
				if cover > best || cover == best && n.entity > entity {
					best, entity = cover, n.entity
				}
			}
			if entity != "" {
				links = append(links, link{e.ID, entity})
			}
		}
	}
	s.share("name mentions found", len(links), wanted)
	s.pairs("entity linking (pairwise)", links)
	votes := map[link]int{}
	for _, l := range links {
		votes[l]++
	}
	for _, l := range links { // the first among equals
		if old, ok := s.alike[l.system]; !ok || votes[l] > votes[link{old, l.system}] {
			s.alike[l.system] = l.gold
		}
	}
}

// pairs scores a clustering by the pairs that it puts together.
func (s *recordScore) pairs(name string, links []link) {
	both, gold, system := map[link]int{}, map[string]int{}, map[string]int{}
	for _, l := range links {
		both[l]++
		gold[l.gold]++
		system[l.system]++
	}
	s.f1(name, pairsIn(both), pairsIn(system), pairsIn(gold))
}

func pairsIn[K comparable](sizes map[K]int) (n int) {
	for _, c := range sizes {
		n += c * (c - 1) / 2
	}
	return n
}

// same reports whether an entity of the record, nil when unknown, is one of
// gold's. It is by its names, or when it is called as one of those or by the
// last word of its name.
func (s *recordScore) same(entity *string, gold []*string) bool {
	if entity == nil {
		return len(gold) == 0
	}
	alike, aligned := s.alike[*entity]
	name := strings.ToLower(s.name[*entity])
	for _, g := range gold {
		if g == nil {
			// Gold has no speaker: an entity that is none of gold's passes.
			if !aligned {
				return true
			}
			continue
		}
		if aligned && alike == *g {
			return true
		}
		if c, ok := s.canonical[*g]; ok && name != "" {
			if c = strings.ToLower(c); name == c || lastWord(name) == lastWord(c) {
				return true
			}
		}
	}
	return false
}

func lastWord(s string) string {
	if w := strings.Fields(s); len(w) > 0 {
		return w[len(w)-1]
	}
	return ""
}

// timexes leaves the optional ones out, found or not.
func (s *recordScore) timexes() {
	given := 0
	var cands []candidate
	for j, x := range s.rec.Timexes {
		if _, ok := s.doc[x.Report]; !ok {
			continue
		}
		given++
		for i, g := range s.gold.timexes {
			if s.touches(x.wireSpan, g.Span) {
				cands = append(cands, candidate{jaccard([]codeRange{x.codeRange}, []codeRange{g.Span.codeRange}), i, j})
			}
		}
	}
	wanted := 0
	for _, g := range s.gold.timexes {
		if !g.Optional {
			wanted++
		}
	}
	plain := func(v string) string { return strings.TrimRight(v, "Z") }
	spans, values := 0, 0
	for _, c := range bestPairs(cands) {
		g, got := s.gold.timexes[c.gold], plain(s.rec.Timexes[c.system].Value)
		if g.Optional {
			given--
			continue
		}
		spans++
		if got == plain(g.Value) || slices.ContainsFunc(g.Alternatives, func(a any) bool { v, ok := a.(string); return ok && got == plain(v) }) {
			values++
		}
	}
	s.f1("time expressions (span)", spans, given, wanted)
	s.f1("time expressions (value)", values, given, wanted)
}

// statements match when content and gold content share half of their code
// points.
func (s *recordScore) statements() {
	given := 0
	var cands []candidate
	for j, x := range s.rec.Statements {
		if _, ok := s.doc[x.Report]; !ok {
			continue
		}
		given++
		for i, g := range s.gold.quotations {
			if !s.in(x.Report, g.File) {
				continue
			}
			if jac := jaccard(x.Content, g.Content); jac >= 0.5 {
				cands = append(cands, candidate{jac, i, j})
			}
		}
	}
	pairs := bestPairs(cands)
	found, wanted := map[string]int{}, map[string]int{}
	hypothetical, marked, kinds, speakers, chains := 0, 0, 0, 0, 0
	for _, g := range s.gold.quotations {
		wanted[g.kind()]++
		if g.Hypothetical {
			hypothetical++
		}
	}
	for _, c := range pairs {
		g, x := &s.gold.quotations[c.gold], &s.rec.Statements[c.system]
		found[g.kind()]++
		if g.kind() == x.Kind {
			kinds++
		}
		if s.same(x.Speaker, g.speakers()) {
			speakers++
		}
		if g.Hypothetical && x.Uttered != nil && !*x.Uttered {
			marked++
		}
		relays := 0
		for _, l := range x.Chain {
			if !l.Own {
				relays++
			}
		}
		if relays == s.gold.relays(g) {
			chains++
		}
	}
	s.f1("statements", len(pairs), given, len(s.gold.quotations))
	for _, k := range []string{"direct", "mixed", "indirect"} {
		s.share("statements recall, "+k, found[k], wanted[k])
	}
	s.share("statement kind right (of matched)", kinds, len(pairs))
	s.share("speaker right (of matched)", speakers, len(pairs))
	s.f1("statement + speaker", speakers, given, len(s.gold.quotations))
	s.share("imagined speech marked", marked, hypothetical)
	s.share("chain length right (of matched)", chains, len(pairs))
}

// tells counts the mentions of an event of the record that overlap a trigger
// of one of gold.
func (s *recordScore) tells(x *wireEvent, g *goldEvent) (n int) {
	for _, m := range x.Mentions {
		at := m.codeRange
		if m.Trigger != nil {
			at = *m.Trigger
		}
		for _, t := range g.Mentions {
			if s.in(m.Report, t.File) && at.overlaps(t.Trigger) {
				n++
				break
			}
		}
	}
	return n
}

// strong are gold's calls, meetings and talks.
func (s *recordScore) strong() (out []*goldEvent) {
	for i := range s.gold.events {
		if e := &s.gold.events[i]; meets(e.Type) {
			out = append(out, e)
		}
	}
	return out
}

// contacts scores calls, meetings and talks: one event of the record for one
// of gold, its day, people and status.
func (s *recordScore) contacts() {
	strong := s.strong()
	var consults []*wireEvent
	for i := range s.rec.Events {
		e := &s.rec.Events[i]
		for _, m := range e.Mentions {
			if _, ok := s.doc[m.Report]; ok && e.Type == "CONSULT" {
				consults = append(consults, e)
				break
			}
		}
	}
	var cands []candidate
	touched := map[int]bool{} // consults that tell of one of strong
	for i, g := range strong {
		for j, x := range consults {
			if n := s.tells(x, g); n > 0 {
				cands = append(cands, candidate{float64(n), i, j})
				touched[j] = true
			}
		}
	}
	pairs := bestPairs(cands)
	given := len(consults)
	for j, x := range consults {
		if !touched[j] && slices.ContainsFunc(s.gold.events, func(g goldEvent) bool { return near(g.Type) && s.tells(x, &g) > 0 }) {
			given--
		}
	}
	days, people, statuses := 0, 0, 0
	for _, c := range pairs {
		g, x := strong[c.gold], consults[c.system]
		if strings.HasPrefix(x.Date.Value, g.Date.Value) {
			days++
		}
		complete := true
		for _, p := range g.Participants {
			found := false
			for _, q := range x.Participants {
				found = found || s.same(q.Entity, []*string{p.Entity})
			}
			complete = complete && found
		}
		if complete {
			people++
		}
		status := g.Status
		if status == "reported-unconfirmed" {
			status = string(readout.Reported)
		}
		if x.Status == status {
			statuses++
		}
	}
	s.f1("calls, meetings, talks", len(pairs), given, len(strong))
	s.share("… date right (of matched)", days, len(pairs))
	s.share("… participants complete (of matched)", people, len(pairs))
	s.share("… status right (of matched)", statuses, len(pairs))
}

// mentions scores how the mentions of gold's calls, meetings and talks are
// joined across reports.
func (s *recordScore) mentions() {
	// holder is the first event of the record with a mention at a trigger.
	holder := func(file string, trigger codeRange) (string, bool) {
		for _, e := range s.rec.Events {
			for _, m := range e.Mentions {
				at := m.codeRange
				if m.Trigger != nil {
					at = *m.Trigger
				}
				if s.in(m.Report, file) && at.overlaps(trigger) {
					return e.ID, true
				}
			}
		}
		return "", false
	}
	wanted := 0
	var links []link
	for _, g := range s.strong() {
		for _, m := range g.Mentions {
			wanted++
			if id, ok := holder(m.File, m.Trigger); ok {
				links = append(links, link{g.ID, id})
			}
		}
	}
	s.pairs("event mentions clustered (pairwise)", links)
	s.share("event mentions found (calls, meetings, talks)", len(links), wanted)
}

// claims scores durations, to three minutes, and the verdicts on values that
// several reports give.
func (s *recordScore) claims() {
	read, durations, right, verdicts := 0, 0, 0, 0
	events := map[string]*goldEvent{}
	for i := range s.gold.events {
		events[s.gold.events[i].ID] = &s.gold.events[i]
	}
	for _, c := range s.gold.claims {
		if c.Attribute == "duration" || strings.HasPrefix(c.Attribute, "duration of") {
			for _, v := range c.Values {
				var want struct {
					Unit     string
					Min, Max *float64
				}
				if json.Unmarshal(v.Normalised, &want) != nil || want.Unit != "minute" {
					continue // not a quantity
				}
				durations++
				for _, x := range s.rec.Claims {
					var lo, hi *float64
					if x.Value != nil {
						lo, hi = x.Value.Min, x.Value.Max
					}
					if x.Attribute == "duration" && s.touches(x.Evidence, v.Evidence) && close3(lo, want.Min) && close3(hi, want.Max) {
						read++
						break
					}
				}
			}
		}
		g := events[c.Event]
		if g == nil || !scoredAttribute(c.Attribute) || len(c.Files) < 2 && c.Verdict == "single-source" {
			continue
		}
		verdicts++
		want := c.Verdict
		if want == "single-source" {
			want = "single"
		}
		ours := map[string]bool{}
		for i := range s.rec.Events {
			if x := &s.rec.Events[i]; s.tells(x, g) > 0 {
				ours[x.ID] = true
			}
		}
		for _, d := range s.rec.Disagreements {
			if ours[d.Event] && d.Attribute == c.Attribute && d.Verdict == want {
				right++
				break
			}
		}
	}
	s.share("durations read", read, durations)
	s.share("verdicts right", right, verdicts)
}

// close3 reports whether two bounds in minutes, nil when open, are the same to
// three minutes.
func close3(a, b *float64) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return *a-*b <= 3 && *b-*a <= 3
}

func scoredAttribute(a string) bool {
	switch a {
	case "duration", "date", "place", "occurrence", "outcome", "tone":
		return true
	}
	return false
}

// positions prefers for each of gold one of its stance, then the best cover.
func (s *recordScore) positions() {
	given, wanted := 0, 0
	for _, g := range s.gold.positions {
		if stanceGroup(g.Stance) != "" {
			wanted++
		}
	}
	var cands []candidate
	for j, x := range s.rec.Positions {
		group := stanceGroup(x.Stance)
		if _, ok := s.doc[x.Evidence.Report]; !ok || group == "" {
			continue
		}
		given++
		for i, g := range s.gold.positions {
			want := stanceGroup(g.Stance)
			if want == "" || !s.touches(x.Evidence, g.Evidence) {
				continue
			}
			score := 1.0
			if group == want {
				score++
			}
			cands = append(cands, candidate{score + jaccard([]codeRange{x.Evidence.codeRange}, []codeRange{g.Evidence.codeRange}), i, j})
		}
	}
	pairs := bestPairs(cands)
	stances := 0
	for _, c := range pairs {
		if stanceGroup(s.gold.positions[c.gold].Stance) == stanceGroup(s.rec.Positions[c.system].Stance) {
			stances++
		}
	}
	s.f1("positions (evidence)", len(pairs), given, wanted)
	s.f1("positions (evidence + stance)", stances, given, wanted)
}

// responses prefers for each of gold one of its kind.
func (s *recordScore) responses() {
	given, wanted := 0, 0
	for _, g := range s.gold.responses {
		if responseKind(g.Kind) != "" {
			wanted++
		}
	}
	var cands []candidate
	for j, x := range s.rec.Responses {
		if _, ok := s.doc[x.Evidence.Report]; !ok {
			continue
		}
		given++
		for i, g := range s.gold.responses {
			kind := responseKind(g.Kind)
			if kind == "" || !s.touches(x.Evidence, g.Evidence) {
				continue
			}
			score := 1.0
			if kind == x.Kind {
				score++
			}
			cands = append(cands, candidate{score, i, j})
		}
	}
	pairs := bestPairs(cands)
	kinds := 0
	for _, c := range pairs {
		if responseKind(s.gold.responses[c.gold].Kind) == s.rec.Responses[c.system].Kind {
			kinds++
		}
	}
	s.f1("responses (evidence)", len(pairs), given, wanted)
	s.share("response kind right (of matched)", kinds, len(pairs))
}
