package corpus

import (
	"cmp"
	"encoding/json"
	"slices"
)

// StoryText is a report of AllSides with the story that it tells. Lead or Text
// is "" where the file lacks it, Date ("2018-05-07") too.
type StoryText struct{ Story, Doc, Title, Lead, Text, Date string }

// ReadStories reads AllSides (JSON lines), sorted by Doc.
func ReadStories(path string) ([]StoryText, error) {
	var out []StoryText
	err := eachJSONLine(path, func(raw []byte) error {
		var t StoryText
		if err := json.Unmarshal(raw, &t); err != nil {
			return err
		}
		out = append(out, t)
		return nil
	})
	slices.SortFunc(out, func(a, b StoryText) int { return cmp.Compare(a.Doc, b.Doc) })
	return out, err
}
