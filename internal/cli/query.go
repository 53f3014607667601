package cli

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/view"
	"github.com/readout-news/readout/internal/view/recordjson"
)

// answer is what a question to the record gives: facts for --json, lines for
// the terminal.
type answer struct {
	part func(*view.Part)
	text func(*terminal)
}

// ask reads paths, or the store where there are none, and prints what f
// answers.
func (a *app) ask(cmd *cobra.Command, paths []string, f func(v *view.View) (answer, error)) error {
	rec, refused, err := a.record(cmd.Context(), paths, a.store())
	if err != nil {
		return err
	}
	v := view.New(rec)
	ans, err := f(v)
	if err != nil {
		return errors.Join(err, refused)
	}
	if a.json {
		p := v.NewPart()
		ans.part(p)
		return errors.Join(recordjson.WritePart(a.env.Stdout, rec, p.Record(), a.decided), refused)
	}
	t := a.term()
	ans.text(t)
	return errors.Join(t.err, refused)
}

// question makes a command that asks the record.
func (a *app) question(cmd *cobra.Command) *cobra.Command {
	a.outFlags(cmd)
	a.source.add(cmd)
	a.dbFlag(cmd)
	return cmd
}

// undatedByReport says of --from and --to what becomes of facts without a day.
const undatedByReport = "; what has no day of its own goes by its report's"

// filterFlags adds those of the flags that are named; each means the same in
// every command. undated ends the help of --from.
func filterFlags(cmd *cobra.Command, f *view.Filter, by, with, days, undated string) {
	if by != "" {
		cmd.Flags().StringVar(&f.By, "by", "", by)
	}
	if with != "" {
		cmd.Flags().StringArrayVar(&f.With, "with", nil, with)
	}
	if days != "" {
		cmd.Flags().StringVar(&f.From, "from", "", "only "+days+" on or after this day, month or year (2031-03-14, 2031-03, 2031)"+undated)
		cmd.Flags().StringVar(&f.To, "to", "", "only "+days+" on or before it")
	}
}

// checkDays refuses --from and --to that are no days.
func checkDays(f view.Filter) error {
	for _, x := range []struct{ flag, value string }{{"from", f.From}, {"to", f.To}} {
		if x.value != "" && !isDay(x.value) {
			return usageError{fmt.Errorf("--%s %q: give a day, month or year such as 2031-03-14, 2031-03 or 2031; for the other party use --with", x.flag, x.value)}
		}
	}
	return nil
}

// isDay reports whether value is a day, month or year.
func isDay(value string) bool {
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if _, err := time.Parse(layout, value); err == nil {
			return true
		}
	}
	return false
}

// oneOf refuses a flag's value that is not among allowed.
func oneOf(flag, value string, allowed ...string) error {
	if value == "" || slices.Contains(allowed, value) {
		return nil
	}
	last := len(allowed) - 1
	return usageError{fmt.Errorf("--%s %q: %s or %s", flag, value, strings.Join(allowed[:last], ", "), allowed[last])}
}

// checkNames refuses names that nobody in the record goes by.
func checkNames(v *view.View, names ...string) error {
	for _, n := range names {
		if n != "" && !v.Knows(n) {
			return orNear(v, n, notThere{fmt.Errorf("nobody in the record goes by %q", n)})
		}
	}
	return nil
}

// checkOutlet refuses an outlet of which there is no report; own passes its reports.
func checkOutlet(v *view.View, name string, own view.Filter) error {
	if name == "" || len(v.Reports(own)) > 0 {
		return nil
	}
	return notThere{fmt.Errorf("no report in the record is of an outlet %q; “readout reports” lists what was read", name)}
}

// orNear adds to err the names that somebody may have meant by name.
func orNear(v *view.View, name string, err error) error {
	near := v.Near(name)
	if len(near) == 0 {
		return err
	}
	return fmt.Errorf("%w; is it one of these: %s?", err, clean(strings.Join(near, ", ")))
}

// partyFirst parts PARTY from the paths: it is the first argument that is
// neither a file nor a folder nor "-".
func partyFirst(args []string, party *string) []string {
	if len(args) == 0 || *party != "" || args[0] == "-" {
		return args
	}
	if _, err := os.Stat(args[0]); err == nil {
		return args
	}
	*party = args[0]
	return args[1:]
}

var statusNames = []string{string(readout.Occurred), string(readout.Planned), string(readout.Reported), string(readout.Denied), string(readout.Hypothetical)}

func (a *app) timelineCommand() *cobra.Command {
	var f view.Filter
	var status string
	cmd := &cobra.Command{
		Use:   "timeline [PATH…]",
		Short: "Events in order of date",
		Long: `Events in order of date, with people, place, status, what reports differ on and
how many mentions, reports and independent origins tell of each. Without PATH
the store is asked. A date with ~ was inferred; one with a range is not known
more exactly.`,
		Example: "  readout timeline examples/lake-ansa\n  readout timeline examples/lake-ansa --with Torokai --with Aldane   # when did they talk?\n  readout timeline --db desk.db --from 2031-03 --json",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := errors.Join(checkDays(f), oneOf("status", status, statusNames...)); err != nil {
				return usageError{err}
			}
			f.Status = readout.EventStatus(status)
			return a.ask(cmd, args, func(v *view.View) (answer, error) {
				if err := checkNames(v, append(slices.Clone(f.With), f.By)...); err != nil {
					return answer{}, err
				}
				rows := v.Events(f)
				return answer{
					func(p *view.Part) { addEvents(p, rows) },
					func(t *terminal) {
						if len(rows) == 0 {
							t.nothing("No event fits.", fmt.Sprintf("The record has %s: drop a filter.", count(len(v.Record.Events), "event")))
							return
						}
						renderTimeline(t, v, rows)
					},
				}, nil
			})
		},
	}
	filterFlags(cmd, &f, "only events done by this person or body", "only events in which this person or body took part (may be repeated)", "events", undatedByReport)
	cmd.Flags().StringVar(&f.Words, "words", "", "only events with these words in title, people, place or day")
	cmd.Flags().StringVar(&status, "status", "", "only occurred, planned, reported (not confirmed), denied or hypothetical")
	return a.question(cmd)
}

func addEvents(p *view.Part, rows []view.EventRow) {
	for _, r := range rows {
		p.Add(r.Event.ID)
	}
}

func (a *app) eventCommand() *cobra.Command {
	var f view.Filter
	cmd := &cobra.Command{
		Use:   "event ID|WORDS [PATH…]",
		Short: "One event: who says what about it",
		Long: `All that the record has on one event: status and counts; who says what about
each attribute, with the verdict and its reason; events before and after; who
confirmed, denied or declined what; what was said and demanded at it; and the
sentences that it rests on.

WORDS are words of its title, people, place, day or status, in any order; where
none fits, also of what reports claim about it. Where several events fit they are
listed, and an id or more words choose one.`,
		Example: "  readout event \"call 17 March\" examples/lake-ansa\n  readout event v947bd04 --db desk.db",
		Args:    atLeast(1, "an id or words of an event"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkDays(f); err != nil {
				return err
			}
			f.Words = args[0]
			return a.ask(cmd, args[1:], func(v *view.View) (answer, error) {
				if err := checkNames(v, f.With...); err != nil {
					return answer{}, err
				}
				rows := v.Events(f)
				if len(rows) == 0 {
					f.InClaims = true
					rows = v.Events(f)
				}
				if i := slices.IndexFunc(rows, func(r view.EventRow) bool { return r.Event.ID == f.Words }); i >= 0 {
					rows = rows[i : i+1]
				}
				if len(rows) == 0 {
					return answer{}, fmt.Errorf("event %q: %w: words have to stand in title, people, place or day; “readout timeline” lists all events with their ids", f.Words, readout.ErrNotFound)
				}
				if len(rows) > 1 {
					return answer{
						func(p *view.Part) { addEvents(p, rows) },
						func(t *terminal) {
							t.line("", 0, fmt.Sprintf("%d events fit “%s”; an id or more words choose one:", len(rows), clean(f.Words)))
							t.blank()
							renderTimeline(t, v, rows)
						},
					}, nil
				}
				page, _ := v.Page(rows[0].Event.ID)
				return answer{
					func(p *view.Part) { addPage(p, page) },
					func(t *terminal) { renderPage(t, v, page) },
				}, nil
			})
		},
	}
	filterFlags(cmd, &f, "", "only an event in which this person or body took part (may be repeated)", "events", undatedByReport)
	return a.question(cmd)
}

func addPage(p *view.Part, page view.EventPage) {
	p.Add(page.Event.ID)
	for _, l := range page.Links {
		p.Add(l.Event.ID)
	}
	for _, r := range page.Answers {
		p.Add(r.Response.ID)
	}
	for _, q := range page.Quotes {
		p.Add(q.Statement.ID)
	}
	for _, x := range page.Positions {
		p.Add(x.Position.ID)
	}
}

func (a *app) disagreementsCommand() *cobra.Command {
	var f view.Filter
	var verdict string
	cmd := &cobra.Command{
		Use:     "disagreements [PATH…]",
		Aliases: []string{"disputes", "compare"},
		Short:   "Where reports differ, conflicts first",
		Long: `What reports say about the same attribute of the same event, compared:
conflict (they cannot all be true), compatible (they differ in precision), agree
and single (one source only). Conflicts come first; agreement and single sources
are shown with --all or --verdict.`,
		Example: "  readout disagreements examples/lake-ansa\n  readout disagreements examples/lake-ansa --on duration --all",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := errors.Join(checkDays(f), oneOf("verdict", verdict, "conflict", "compatible", "agree", "single")); err != nil {
				return usageError{err}
			}
			f.Verdict = readout.Verdict(verdict)
			return a.ask(cmd, args, func(v *view.View) (answer, error) {
				if err := checkNames(v, f.With...); err != nil {
					return answer{}, err
				}
				rows := v.Disagreements(f)
				return answer{
					func(p *view.Part) {
						for _, r := range rows {
							p.Add(r.Event.ID)
						}
					},
					func(t *terminal) { renderDisagreements(t, v, rows, a.all || verdict != "") },
				}, nil
			})
		},
	}
	filterFlags(cmd, &f, "", "only events in which this person or body took part (may be repeated)", "events", undatedByReport)
	cmd.Flags().StringVar(&f.On, "on", "", "only this attribute: duration, date, place, …")
	cmd.Flags().StringVar(&f.Words, "words", "", "only events with these words in title, people, place or day")
	cmd.Flags().StringVar(&verdict, "verdict", "", "only conflict, compatible, agree or single")
	return a.question(cmd)
}

var stances = []string{
	string(readout.Demand), string(readout.Condition), string(readout.Request), string(readout.Offer), string(readout.Proposal), string(readout.Refuse),
	string(readout.Acceptance), string(readout.Goal), string(readout.Warning), string(readout.Accusation), string(readout.Commit),
}

func (a *app) positionsCommand() *cobra.Command {
	var f view.Filter
	var stance string
	cmd := &cobra.Command{
		Use:   "positions [PARTY] [PATH…]",
		Short: "Who demands, offers, refuses what, and how that changed",
		Long: `What each party demands, offers, accepts, refuses, wants or warns of, by party
and issue, in order of date. Each line says to whom, on what condition, through
whom the report has it, and how the stand changed: new, repeated, hardened,
softened, condition-added, dropped, reversed.

PARTY is any spelling of a name, or an id; it is what does not name a file or
folder (use --by where it does). With a state come those to whom reports give an
office of it.

Stances: ` + strings.Join(stances[:6], ", ") + `,
` + strings.Join(stances[6:], ", ") + `.`,
		Example: "  readout positions Karvany examples/lake-ansa --stance condition   # what conditions did it set?\n  readout positions examples/lake-ansa --on fishermen\n  readout positions Sollund --with Karvany --from 2031-03 --db desk.db",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := errors.Join(checkDays(f), oneOf("stance", stance, stances...)); err != nil {
				return usageError{err}
			}
			f.Stance = readout.Stance(stance)
			paths := partyFirst(args, &f.By)
			return a.ask(cmd, paths, func(v *view.View) (answer, error) {
				if err := checkNames(v, append(slices.Clone(f.With), f.By)...); err != nil {
					return answer{}, err
				}
				rows := v.Positions(f)
				return answer{
					func(p *view.Part) {
						for _, r := range rows {
							p.Add(r.Position.ID)
						}
					},
					func(t *terminal) {
						most := overviewPositions
						if a.all || f.By != "" {
							most = 0
						}
						renderPositions(t, v, v.WithoutCopies(rows), most)
					},
				}, nil
			})
		},
	}
	filterFlags(cmd, &f, "only what this party or an officer of it holds, or this person voiced", "only positions toward this party (may be repeated)", "positions taken", undatedByReport)
	cmd.Flags().StringVar(&f.On, "on", "", "only positions on this issue, or with these words (or an issue's id)")
	cmd.Flags().StringVar(&stance, "stance", "", "only this stance: demand, condition (also stands that hang on one), offer, …")
	return a.question(cmd)
}

func (a *app) commitmentsCommand() *cobra.Command {
	var f view.Filter
	cmd := &cobra.Command{
		Use:   "commitments [PARTY] [PATH…]",
		Short: "Who promised what, and who says it was broken",
		Long: `Promises: who made them, to whom, until when, on what condition; and each
party's word that another broke one, with the denials. An alleged breach is a
party's word, not a fact of the record.`,
		Example: "  readout commitments examples/lake-ansa\n  readout commitments Sollund examples/lake-ansa",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkDays(f); err != nil {
				return err
			}
			paths := partyFirst(args, &f.By)
			return a.ask(cmd, paths, func(v *view.View) (answer, error) {
				if err := checkNames(v, append(slices.Clone(f.With), f.By)...); err != nil {
					return answer{}, err
				}
				rows := v.Commitments(f)
				return answer{
					func(p *view.Part) {
						for _, r := range rows {
							p.Add(r.Commitment.ID)
						}
					},
					func(t *terminal) { renderCommitments(t, v, rows) },
				}, nil
			})
		},
	}
	filterFlags(cmd, &f, "only what this party promised or is said to have broken", "only promises to this party, or breaches that it alleges (may be repeated)", "promises made", undatedByReport)
	cmd.Flags().StringVar(&f.On, "on", "", "only promises with these words")
	return a.question(cmd)
}

var responseKinds = []string{
	string(readout.Confirms), string(readout.Denies), string(readout.Neither), string(readout.Declines), string(readout.NoAnswer), string(readout.Unavailable), string(readout.Acknowledges),
}

func (a *app) responsesCommand() *cobra.Command {
	var f view.Filter
	cmd := &cobra.Command{
		Use:     "responses [PARTY] [PATH…]",
		Aliases: []string{"answers"},
		Short:   "Who confirmed, denied or declined what",
		Long: `Who confirmed, denied, neither confirmed nor denied, declined to comment, did
not answer, was not available or acknowledged, and what. A confirmation says
what the party did, never that the thing is true.

Kinds: ` + strings.Join(responseKinds, ", ") + `.`,
		Example: "  readout responses examples/lake-ansa --on walkout      # is it confirmed?\n  readout responses Karvany examples/lake-ansa --kind deny",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := errors.Join(checkDays(f), oneOf("kind", f.Kind, responseKinds...)); err != nil {
				return usageError{err}
			}
			paths := partyFirst(args, &f.By)
			return a.ask(cmd, paths, func(v *view.View) (answer, error) {
				if err := checkNames(v, append(slices.Clone(f.With), f.By)...); err != nil {
					return answer{}, err
				}
				rows := v.Responses(f)
				return answer{
					func(p *view.Part) {
						for _, r := range rows {
							p.Add(r.Response.ID)
						}
					},
					func(t *terminal) { renderResponses(t, v, v.WithoutCopiedAnswers(rows)) },
				}, nil
			})
		},
	}
	filterFlags(cmd, &f, "only what this party answered", "only answers to this person or body (may be repeated)", "answers given", undatedByReport)
	cmd.Flags().StringVar(&f.On, "on", "", "only answers about what has these words (or an event's id)")
	cmd.Flags().StringVar(&f.Kind, "kind", "", "only this kind: confirm, deny, …")
	return a.question(cmd)
}

func (a *app) quotesCommand() *cobra.Command {
	var f view.Filter
	var variants bool
	cmd := &cobra.Command{
		Use:   "quotes [PATH…]",
		Short: "Statements by speaker",
		Long: `Who said what, by speaker, with the chain through which each report has it.
Without PATH the store is asked.

--variants shows what several reports tell of the same words: the fullest
first, then the others (same, trimmed, reworded, changed), with the words that
were changed, left out or put in.`,
		Example: "  readout quotes examples/lake-ansa --by Maren\n  readout quotes examples/lake-ansa --variants\n  readout quotes --db desk.db --kind direct --text fishermen",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := errors.Join(checkDays(f), oneOf("kind", f.Kind, string(readout.Direct), string(readout.Mixed), string(readout.Indirect))); err != nil {
				return usageError{err}
			}
			return a.ask(cmd, args, func(v *view.View) (answer, error) {
				if err := checkNames(v, append(slices.Clone(f.With), f.By)...); err != nil {
					return answer{}, err
				}
				if variants {
					rows := v.Utterances(f)
					return answer{
						func(p *view.Part) {
							for _, r := range rows {
								p.Add(r.Utterance.ID)
							}
						},
						func(t *terminal) { renderUtterances(t, rows, a.all) },
					}, nil
				}
				rows := v.Quotes(f)
				return answer{
					func(p *view.Part) {
						for _, r := range rows {
							p.Add(r.Statement.ID)
						}
					},
					func(t *terminal) {
						if len(rows) == 0 {
							t.nothing("No statement fits.", fmt.Sprintf("The record has %s: drop a filter.", count(len(v.Record.Statements), "statement")))
							return
						}
						renderQuotes(t, v, rows, true)
					},
				}, nil
			})
		},
	}
	filterFlags(cmd, &f, "only what this person or body said (any spelling, or an id)", "only what was said to this person or body (may be repeated)", "words said", undatedByReport)
	cmd.Flags().StringVar(&f.Kind, "kind", "", "only direct, mixed or indirect statements")
	cmd.Flags().StringVar(&f.On, "text", "", "only statements that hold these words")
	cmd.Flags().BoolVar(&variants, "variants", false, "the same words in several reports, with what was changed")
	return a.question(cmd)
}

func (a *app) whoCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "who NAME [PATH…]",
		Short: "What a person or body did and said",
		Long: `What a person, body or place did and said, under every spelling of the name.
Without PATH the store is asked.`,
		Example: "  readout who \"Ilse Maren\" examples/lake-ansa\n  readout who Ered --db desk.db",
		Args:    atLeast(1, "a name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.ask(cmd, args[1:], func(v *view.View) (answer, error) {
				rows := v.Who(args[0])
				if len(rows) == 0 {
					return answer{}, orNear(v, args[0], notThere{fmt.Errorf("who %q: nobody of that name in the record", args[0])})
				}
				return answer{
					func(p *view.Part) {
						for _, r := range rows {
							p.AddEntity(r.Entity.ID)
							addEvents(p, r.Events)
							for _, q := range r.Quotes {
								p.Add(q.Statement.ID)
							}
						}
					},
					func(t *terminal) {
						for i, r := range rows {
							if i > 0 {
								t.blank()
								t.line("", 0, styleDim.Render(strings.Repeat("─", t.width)))
								t.blank()
							}
							renderWho(t, v, r, a.all)
						}
					},
				}, nil
			})
		},
	}
	return a.question(cmd)
}

func (a *app) threadsCommand() *cobra.Command {
	var f view.Filter
	cmd := &cobra.Command{
		Use:     "threads [PATH…]",
		Short:   "Lines of events of the same parties over weeks and months",
		Long:    "Events of the same parties on the same matter, over weeks and months, those with\nmost events first. Without PATH the store is asked.",
		Example: "  readout threads examples/lake-ansa\n  readout threads --db desk.db --with Karvany",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkDays(f); err != nil {
				return err
			}
			return a.ask(cmd, args, func(v *view.View) (answer, error) {
				if err := checkNames(v, f.With...); err != nil {
					return answer{}, err
				}
				rows := v.Threads(f)
				return answer{
					func(p *view.Part) {
						for _, r := range rows {
							p.Add(r.Thread.ID)
						}
					},
					func(t *terminal) { renderThreads(t, v, rows) },
				}, nil
			})
		},
	}
	filterFlags(cmd, &f, "", "only threads of this party (may be repeated)", "events", "; without a day left out")
	cmd.Flags().StringVar(&f.Words, "words", "", "only threads with these words in title or parties")
	return a.question(cmd)
}

func (a *app) reportsCommand() *cobra.Command {
	var f view.Filter
	cmd := &cobra.Command{
		Use:   "reports [PATH…]",
		Short: "What was read: outlet, day, origin, defects",
		Long: `What was read, by day of publication: the outlet, the day with where it was
taken from and why, who first wrote the text (own, copy of another report, wire),
and defects of the report: doubled quotation marks, a title that others and the
dates contradict. Without PATH the store is asked.`,
		Example: "  readout reports examples/lake-ansa\n  readout reports --db desk.db --by \"Harbour Wire\" --origin copy",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := errors.Join(checkDays(f), oneOf("origin", f.Kind, "own", "copy", "wire")); err != nil {
				return usageError{err}
			}
			return a.ask(cmd, args, func(v *view.View) (answer, error) {
				if err := checkOutlet(v, f.By, view.Filter{By: f.By}); err != nil {
					return answer{}, err
				}
				rows := v.Reports(f)
				return answer{
					func(p *view.Part) {
						for _, r := range rows {
							p.Add(r.Report.ID)
						}
					},
					func(t *terminal) { renderReports(t, v, rows, a.readIn) },
				}, nil
			})
		},
	}
	filterFlags(cmd, &f, "only reports of this outlet", "", "reports published", "; without a day left out")
	cmd.Flags().StringVar(&f.On, "words", "", "only reports with these words in title or path")
	cmd.Flags().StringVar(&f.Kind, "origin", "", "only own, copy or wire")
	return a.question(cmd)
}

func (a *app) showCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show ID [PATH…]",
		Short: "Open what an id names, with the sentences it rests on",
		Long: `Open what an id names (report, entity, event, statement, utterance, claim,
position, commitment, response, issue or thread) with the sentences it rests on.
The first letters of an id are enough. Without PATH the store is asked.`,
		Example: "  readout show v947bd04 examples/lake-ansa\n  readout show --db desk.db s91ab",
		Args:    atLeast(1, "an id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.ask(cmd, args[1:], func(v *view.View) (answer, error) {
				found, err := v.Show(args[0])
				if err != nil {
					return answer{}, err
				}
				return answer{
					func(p *view.Part) { addFound(p, found) },
					func(t *terminal) { renderFound(t, v, found) },
				}, nil
			})
		},
	}
	return a.question(cmd)
}

func addFound(p *view.Part, f view.Found) {
	switch f.Kind {
	case "report":
		p.Add(f.Report.Report.ID)
	case "entity":
		p.AddEntity(f.Entity.Entity.ID)
		addEvents(p, f.Entity.Events)
		for _, q := range f.Entity.Quotes {
			p.Add(q.Statement.ID)
		}
	case "event":
		addPage(p, *f.Event)
	case "claim":
		p.Add(f.Claim.Event)
	default:
		p.Add(f.ID())
	}
}
