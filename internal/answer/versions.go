package answer

import (
	"unicode/utf8"

	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/revise"
	"github.com/readout-news/readout/wire"
)

// VersionsSchema names the JSON of versions.
const VersionsSchema = "readout/versions/1"

// Versions are the versions of articles, with places in code points.
func Versions(articles []live.Article) wire.Versions {
	out := wire.Versions{Articles: []wire.Article{}}
	for _, x := range articles {
		one := wire.Article{URL: x.URL, Title: x.Title, Sightings: []wire.Sighting{}, Versions: []wire.Version{}}
		for _, s := range x.Sightings {
			one.Sightings = append(one.Sightings, wire.Sighting{Through: s.Through, URL: s.URL, Title: opt(s.Title), Seen: stamp(s.Seen)})
		}
		before := ""
		for _, v := range x.Versions {
			w := wire.Version{
				N: v.N, Report: v.Report, Others: append([]string{}, v.Others...), First: stamp(v.First), Last: stamp(v.Last),
				Captures: v.Captures, Current: v.Current, Changes: []wire.Revise{},
			}
			for _, c := range v.Changes {
				w.Changes = append(w.Changes, revised(c, before, v.Text))
			}
			before = v.Text
			one.Versions = append(one.Versions, w)
		}
		out.Articles = append(out.Articles, one)
	}
	return out
}

// VersionsPage is Versions as an answer from a state of the record.
func (a *Answers) VersionsPage(articles []live.Article) (wire.Thing[wire.Versions], error) {
	return thing(a, VersionsSchema, Versions(articles))
}

// revised is one change between two texts.
func revised(c revise.Change, before, after string) wire.Revise {
	out := wire.Revise{
		Kind: string(c.Kind), How: string(c.How), About: opt(c.About), Before: sideOf(c.Before, before), After: sideOf(c.After, after),
		Words: []wire.ReviseWords{}, Values: []wire.ReviseValue{},
	}
	for _, w := range c.Words {
		out.Words = append(out.Words, wire.ReviseWords(w))
	}
	for _, f := range c.Fields {
		out.Values = append(out.Values, wire.ReviseValue{Name: f.Name, Before: opt(f.Before), After: opt(f.After)})
	}
	return out
}

func sideOf(s *revise.Side, text string) *wire.ReviseSide {
	if s == nil {
		return nil
	}
	return &wire.ReviseSide{
		ID: opt(s.ID), Text: s.Text, Who: opt(s.Who),
		Start: utf8.RuneCountInString(text[:s.At.Start]), End: utf8.RuneCountInString(text[:s.At.End]),
	}
}
