package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/readout-news/readout/internal/decide"
	"github.com/readout-news/readout/internal/live"
)

func (a *app) evalCommand() *cobra.Command {
	var mine bool
	cmd := &cobra.Command{
		Use:   "eval",
		Short: "Score the machine against what people decided",
		Long: `Score the machine against the decisions of this store (--mine): for each kind of
question how often people kept what the machine says and how often they decided
otherwise, and by which rule the machine had read it. The machine is asked again,
without the decisions, by its rules of today.

People look at what is doubtful first, so the numbers are those of the hard cases
and of the desk that decided them, not of all that is read.`,
		Example: "  readout eval --mine --db desk.db\n  readout eval --mine --json",
		Args:    alone,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !mine {
				return usageError{errors.New("say against what: --mine is against the decisions of the store; “go run ./cmd/evaluate” scores against corpora")}
			}
			return a.evalMine(cmd.Context())
		},
	}
	cmd.Flags().BoolVar(&mine, "mine", false, "against the decisions of this store")
	cmd.Flags().BoolVar(&a.json, "json", false, "print JSON instead of text")
	a.dbFlag(cmd)
	return cmd
}

// scoreOut is what --json prints of a score.
type scoreOut struct {
	Question  string   `json:"question"`
	Rule      string   `json:"rule,omitempty"`
	Decided   int      `json:"decided"`
	Kept      int      `json:"kept"`
	Overruled int      `json:"overruled"`
	Gone      int      `json:"gone"`
	Precision *float64 `json:"precision"`
}

func (a *app) evalMine(ctx context.Context) (err error) {
	s, err := a.existing(ctx, a.store())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	r, err := a.reader()
	if err != nil {
		return err
	}
	desk, err := live.Desk(ctx, r, s)
	if err != nil {
		return err
	}
	scores := []decide.Score{}
	if len(desk.Decisions()) > 0 {
		outcomes, err := desk.StoreOutcomes(ctx, s)
		if err != nil {
			return err
		}
		machine, err := live.Undecided(ctx, r, s)
		if err != nil {
			return err
		}
		scores = desk.Mine(outcomes, machine)
	}
	if a.json {
		list := []scoreOut{}
		for i := range scores {
			x := &scores[i]
			o := scoreOut{x.Question, x.Rule, x.Decided, x.Kept, x.Overruled, x.Gone, nil}
			if x.Kept+x.Overruled > 0 {
				p := x.Precision()
				o.Precision = &p
			}
			list = append(list, o)
		}
		return a.printJSON(struct {
			Scores []scoreOut `json:"scores"`
		}{list})
	}
	if len(scores) == 0 {
		_, err := fmt.Fprintln(a.env.Stdout, "Nobody has decided anything that the machine could be scored against.")
		return err
	}
	fmt.Fprintf(a.env.Stdout, "%-40s %7s %5s %9s %5s  %s\n", "question, rule", "decided", "kept", "overruled", "gone", "kept of what it says")
	for i := range scores {
		x := &scores[i]
		name := x.Question
		if x.Rule != "" {
			name = "  " + x.Rule
		}
		share := "–"
		if x.Kept+x.Overruled > 0 {
			share = fmt.Sprintf("%.0f %%", 100*x.Precision())
		}
		if _, err := fmt.Fprintf(a.env.Stdout, "%-40s %7d %5d %9d %5d  %s\n", clean(name), x.Decided, x.Kept, x.Overruled, x.Gone, share); err != nil {
			return err
		}
	}
	return nil
}
