package generate

// passages are the sentences of a Stream. A slot in braces is filled anew in
// each report; the word between asterisks is the one that names the event of
// the story that fills the slots. Slots are filled with as many words as their
// example in stand has, so that one reading of a passage holds for all of its
// fillings.
var passages = map[string][]string{
	"lead/call": {
		"{O1} {P1} of {S1} and {O2} {P2} of {S2} *spoke* by phone on {WD} about {TA} {TB}.",
		"{O1} {P1} of {S1} and {O2} {P2} of {S2} *spoke* by telephone on {WD}.",
		"{O1} {P1} of {S1} held a phone *call* with {O2} {P2} of {S2} on {WD}, her office said.",
	},
	"lead/meeting": {
		"{O1} {P1} of {S1} *met* {O2} {P2} of {S2} in {T} on {WD}.",
		"{O1} {P1} of {S1} and {O2} {P2} of {S2} *met* in {T} on {WD} to discuss {TA} {TB}.",
	},
	"lead/talks": {
		"{S1} and {S2} held *talks* in {T} on {WD}.",
		"{S1} and {S2} held *talks* on {TA} {TB} in {T} on {WD}.",
	},
	"lead/sign": {
		"{S1} and {S2} *signed* an agreement on {TA} {TB} on {WD}.",
		"{S1} and {S2} *signed* an agreement on {TA} {TB} in {T} on {WD}.",
	},
	"lead/sanction": {
		"{S1} *sanctioned* {S2} on {WD} over {TA} {TB}.",
		"{S1} *sanctioned* {S2} on {WD}.",
	},
	"lead/attack": {
		"{S1} *attacked* {S2} on {WD}, killing {N} people in {T}.",
		"{S1} *attacked* {S2} on {WD}.",
	},
	"back/call": {
		"{L1} and {L2} *spoke* by phone on {DM}.",
		"{O1} {P1} of {S1} and {O2} {P2} of {S2} *spoke* by phone on {DY}.",
	},
	"back/meeting": {
		"{O1} {P1} of {S1} and {O2} {P2} of {S2} *met* in {T} on {DM}.",
		"{O1} {P1} of {S1} and {O2} {P2} of {S2} *met* in {T} on {DY}.",
	},
	"back/talks": {
		"{S1} and {S2} held *talks* in {T} on {DM}.",
		"{S1} and {S2} held *talks* on {TA} {TB} in {T} on {DY}.",
	},
	"back/sign": {
		"{S1} and {S2} *signed* an agreement on {TA} {TB} on {DM}.",
		"{S1} and {S2} *signed* an agreement on {TA} {TB} on {DY}.",
	},
	"back/sanction": {
		"{S1} *sanctioned* {S2} on {DM}.",
		"{S1} *sanctioned* {S2} on {DY} over {TA} {TB}.",
	},
	"back/attack": {
		"{S1} *attacked* {S2} on {DM}.",
		"{S1} *attacked* {S2} on {DY}.",
	},
	"more/call": {
		"The *call* lasted {N} minutes, the office of {L1} said.",
	},
	"more/meeting": {
		"The *meeting* lasted {N} minutes, the office of {L1} said.",
	},
	"more/talks": {
		"The *talks* lasted {N} minutes, the office of {L1} said.",
	},
	"more/sign": {
		"The agreement has {N} pages and names {W1} and {W2}.",
	},
	"more/sanction": {
		"The list has {N} entries, most of them {W1} and {W2}.",
	},
	"more/attack": {
		"Doctors in {T} counted {N} wounded people.",
	},
	"pair": {
		"Trade between {S1} and {S2} has shrunk, and people in {S1} and in {S2} feel it.",
		"The roads from {S1} to {S2} are empty, and in {S2} and {S1} the {W1} are scarce.",
	},
	"voice/1": {
		"{O1} {P1} of {S1} said on {WD} that the {TA} {TB} were at stake.",
		"{O1} {P1} of {S1} told the {U} that the {TA} {TB} would go on.",
	},
	"voice/2": {
		"{O2} {P2} of {S2} said on {WD} that the {W1} could not wait.",
		"{O2} {P2} of {S2} told reporters that the {W1} and {W2} were not for sale.",
	},
	"say/1": {
		"“We will not give up our {TA} {TB},” {L1} said. “The {W1} belong to our people.”",
		"“It is time to talk about {W1},” {L1} said. He added that the {W2} were urgent.",
		"{S2} must restore the {TA} {TB}, {L1} said.",
		"{L1} demanded that {S2} suspend the {TA} {TB}.",
		"{L1} demanded that {S2} publish the {TA} {TB}.",
		"{S1} will restore the {TA} {TB}, {L1} said.",
		"{L1} accused {S2} of hiding {W1} and {W3}.",
		"“There is no plan for {W2} and none for {W3},” {L1} told the {U}.",
	},
	"say/2": {
		"“Nobody has seen the {W1},” {L2} said. “We want the {W2} on the table first.”",
		"{L2} denied that {S2} had blocked {TA} {TB}.",
		"{L2} declined to comment on the {W1}.",
		"{S2} is ready to suspend the {TA} {TB}, {L2} said.",
		"{L2} demanded that {S1} restore the {TA} {TB}.",
		"“The {W3} are safe and the {W1} are paid for,” {L2} told the {U}.",
	},
	"fill": {
		"Farmers in {S1} say that the {W1} matter to them more than any treaty.",
		"The {TA} {TB} have been in dispute for years, and the {W2} with them.",
		"Prices of {W1} rose again in {T}, where {W3} are scarce.",
		"In {T} people queue for {W2} in the rain.",
		"Nobody knows how many {W3} are left, and the {W1} are counted only once a year.",
		"The {U} printed a list of {W1}, {W2} and {W3} that have gone missing.",
		"Traders in {S2} keep {W1} in sheds near {T}.",
		"Without {W2} the {W3} are worth little, and the {TA} {TB} stand still.",
	},
}

// introduction stands before each passage while it is read, so that its names are
// no strangers.
const introduction = "{O1} {P1} of {S1} flew to {S2}, where {O2} {P2} of {S2} was waiting in the city of {T}.\n\n" +
	"{S1} is the larger country, but {S2} has the port in {T}.\n\n"

// introduced is how many paragraphs the introduction has.
const introduced = 2

// stand fills the slots while the passages are read. WD, DM and DY are the day
// standDay, with standPublished the day of publication.
var stand = map[string]string{
	"O1": "Foreign Minister", "P1": "Dessa Mardane", "L1": "Mardane", "S1": "Sollund",
	"O2": "Prime Minister", "P2": "Edvin Garrow", "L2": "Garrow", "S2": "Karvany",
	"T": "Orrinport", "U": "Orrin Courier", "WD": "Tuesday", "DM": "6 May", "DY": "6 May 2031",
	"N": "12", "TA": "harbour", "TB": "fees", "W1": "barges", "W2": "silos", "W3": "wagons",
}

const standDay, standPublished = "2031-05-06", "2031-05-07"
