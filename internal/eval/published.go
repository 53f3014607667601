package eval

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
)

// publishedStories is how many stories are read: enough to count, few enough
// to read in a minute.
const publishedStories = 300

// scorePublished takes stories that AllSides train tells in three reports,
// withholds the day of one and asks for it. AllSides gives the day on which it
// listed the story, so a day off is counted apart.
func scorePublished(data string) (string, error) {
	reader, err := pipeline.New()
	if err != nil {
		return "", err
	}
	type row struct{ Story, Doc, Title, Text, Date string }
	byStory := map[string][]row{}
	var order []string
	err = jsonLines(filepath.Join(data, "stories", "allsides_train.jsonl"), func(line []byte) error {
		var r row
		if err := json.Unmarshal(line, &r); err != nil {
			return err
		}
		if len(r.Text) < 400 || len(r.Date) < len(time.DateOnly) {
			return nil
		}
		if byStory[r.Story] == nil {
			order = append(order, r.Story)
		}
		byStory[r.Story] = append(byStory[r.Story], r)
		return nil
	})
	if err != nil {
		return "", err
	}
	var asked, given, right, near, bounded, inside int
	for _, s := range order {
		rows := byStory[s]
		if len(rows) < 3 || asked == publishedStories {
			continue
		}
		asked++
		var docs []*nlp.Doc
		for i, r := range rows[:3] {
			report := &readout.Report{ID: r.Doc, Title: r.Title, Text: r.Text, Language: "en"}
			if i > 0 {
				report.Published = readout.Published{Value: r.Date[:len(time.DateOnly)], Precision: "day", Basis: readout.BasisSidecar}
			}
			docs = append(docs, reader.Annotate(report))
		}
		rec, err := reader.Record(docs)
		if err != nil {
			return "", err
		}
		gold, err := time.Parse(time.DateOnly, rows[0].Date[:len(time.DateOnly)])
		if err != nil {
			continue
		}
		for _, r := range rec.Reports {
			if r.ID != rows[0].Doc {
				continue
			}
			p := r.Published
			if day, ok := p.Day(); ok {
				given++
				switch off := int(day.Sub(gold).Hours() / 24); {
				case off == 0:
					right++
				case off == 1 || off == -1:
					near++
				}
			}
			if p.Earliest != "" && p.Latest != "" && p.Basis == readout.BasisInferred {
				bounded++
				// One day of grace on both sides: the gold is a listing day.
				if g := gold.AddDate(0, 0, 1).Format(time.DateOnly); g >= p.Earliest {
					if g := gold.AddDate(0, 0, -1).Format(time.DateOnly); g <= p.Latest {
						inside++
					}
				}
			}
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "AllSides train, %d stories of three reports, the day of one withheld\n", asked)
	fmt.Fprintf(&out, "  day given        %d: right %d, a day off %d\n", given, right, near)
	fmt.Fprintf(&out, "  week or day found %d: holds the gold day (give or take one) %d\n", bounded, inside)
	return out.String(), nil
}
