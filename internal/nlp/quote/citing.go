package quote

import (
	"slices"

	"github.com/readout-news/readout/internal/nlp"
)

// citing makes of "…, the agency reported, citing two officials" a statement
// of the officials that the agency hands on. Whom a person cites is left to
// what the person says; so are the reasons that anybody cites.
func (f *finder) citing(drafts []draft) []draft {
	out := slices.Clone(drafts)
	for i := range f.n {
		if f.doc.Tokens[i].XPOS != "VBG" || !relays(f.doc.Tokens[i].Lemma) || f.state[i] != outside || f.skip[i] {
			continue
		}
		o := f.child(i, "obj")
		if o == nlp.None || o < i || !f.cited(o) {
			continue
		}
		source := f.nominal(o, nlp.None)
		h := f.hostOf(out, i)
		if h < 0 {
			continue
		}
		out = slices.DeleteFunc(out, func(d draft) bool { return d.cue.has(i) && d.relayOf == nlp.None })
		if h = f.hostOf(out, i); h < 0 {
			continue
		}
		host := &out[h]
		if slices.ContainsFunc(out, func(d draft) bool {
			return d.head != nlp.None && d.head != host.head && host.holds(d.head) && !d.source.empty() && sayClass(d.class)
		}) {
			continue // its own speaker is named
		}
		// What the source of the host says of itself is not its name.
		if host.source.has(i) {
			host.source.last = min(host.source.last, max(f.lo[i], host.source.first+1))
			host.source = f.trim(host.source)
		}
		d := draft{source: source, cue: run{i, i + 1}, head: i, content: minus(minus(host.content, source), run{i, i + 1}), class: "say", rule: ruleCiting, conf: ruleConf, relayOf: nlp.None}
		if d.content = f.tidy(d.content); len(d.content) == 0 {
			continue
		}
		host.relay, host.relayOf, host.content = true, len(out), nil
		out = append(out, d)
	}
	return out
}

// cited reports whether the noun at o can have told what is reported: a name or
// a noun for people, not a reason.
func (f *finder) cited(o int) bool {
	if m := f.doc.MentionAt(o); m != nlp.None {
		switch f.doc.Mentions[m].Type {
		case nlp.PersonName, nlp.OrgName, nlp.OutletName:
			return true
		}
		return false
	}
	return f.doc.Tokens[o].UPOS == "NOUN" && f.speakers != nil && f.speakers[f.doc.Tokens[o].Lemma] >= candBin
}

// hostOf is the draft of an outlet whose cue or source the participle at i
// hangs on, -1 when there is none.
func (f *finder) hostOf(drafts []draft, i int) int {
	for k := range drafts {
		d := &drafts[k]
		if d.relay || d.source.empty() || d.cue.has(i) || d.head == nlp.None || len(d.content) == 0 || f.state[d.head] != outside {
			continue
		}
		if f.head[i] != d.head && !d.source.has(f.head[i]) && !d.source.has(i) && !f.besideSource(d, i) {
			continue
		}
		r := d.source
		if r.has(i) {
			r.last = i
		}
		s := f.doc.TokenSpan(r.first, r.last)
		if f.namedIn(s, nlp.OutletName) != nlp.None || f.lex.cues[f.low[f.headOf(r)]] == "outlet" {
			return k
		}
	}
	return -1
}

// besideSource reports whether the participle at i stands right behind the
// source of d: "according to the agency, citing …".
func (f *finder) besideSource(d *draft, i int) bool {
	return i >= d.source.last && i-d.source.last <= 1 && f.punctOnly(d.source.last, i) && d.source.last > d.cue.last
}
