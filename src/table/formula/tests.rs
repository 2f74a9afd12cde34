use super::*;
use crate::table::{CellRef, Missing, Value};
use proptest::prelude::*;

fn cells<'a>(name: &str) -> CellRef<'a> {
    match name {
        "beds" => CellRef::Text("1,200"),
        "people" => CellRef::Number(4000.0),
        "zero" => CellRef::Text("0"),
        "床位" => CellRef::Number(6.0),
        "gdp.2020年" | "AGES_0-14" => CellRef::Number(0.25),
        "level" => CellRef::Text("三级"),
        "year" => CellRef::Text("2014"),
        "code" => CellRef::Text("011"),
        "error" => CellRef::Text("#DIV/0!"),
        "dash" => CellRef::Text("—"),
        _ => CellRef::Missing(&Missing::Empty),
    }
}

fn value(text: &str) -> Value {
    parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).evaluate(&cells)
}

fn holds(text: &str) -> Result<bool, Missing> {
    parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).holds(&cells)
}

fn error(text: &str) -> (Range<usize>, String) {
    let error = parse(text).expect_err("must be refused");
    let help = error.help.map_or(String::new(), |help| format!(" {help}"));
    (error.span, error.message + &help)
}

#[test]
fn arithmetic_binds_as_on_paper() {
    for (text, number) in [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("2 ^ 3 ^ 2", 512.0),
        ("-2 ^ 2", -4.0),
        ("2 * -3", -6.0),
        ("10 - 3 - 2", 5.0),
        ("8 ÷ 2 × 3", 12.0),
        ("beds / people * 1000", 300.0),
        ("床位 * 2", 12.0),
        ("`AGES_0-14` + gdp.`2020年`", 0.5),
        ("max(1, beds, 3)", 1200.0),
        ("mean(1， 2， 6)", 3.0),
        ("round(2.345 * 10) / 10", 2.3),
        ("round(1234.5, -2)", 1200.0),
        ("log10(1000)", 3.0),
        ("if(beds > 1000 and not (year == 2015), 1, 2)", 1.0),
        (".5e1", 5.0),
    ] {
        assert_eq!(value(text), Ok(number), "{text}");
    }
}

#[test]
fn what_is_missing_stays_missing_with_its_reason() {
    assert_eq!(value("beds / zero"), Err(Missing::DivisionByZero));
    assert_eq!(value("1 + error"), Err(Missing::SpreadsheetError("#DIV/0!".into())));
    assert_eq!(value("min(1, dash)"), Err(Missing::Marked("—".into())));
    assert_eq!(value("nothing * 0"), Err(Missing::Empty));
    assert_eq!(value("level + 1"), Err(Missing::NotANumber("三级".into())));
    assert_eq!(value("log(0)"), Err(Missing::Undefined("log(0)".into())));
    assert_eq!(value("sqrt(-1)"), Err(Missing::Undefined("sqrt(-1)".into())));
    assert_eq!(value("zero ^ -1"), Err(Missing::DivisionByZero));
    assert_eq!(value("10 ^ 400"), Err(Missing::OutOfRange("the result is too large".into())));
}

#[test]
fn filters_compare_numbers_and_text() {
    assert_eq!(holds("year == 2014 and level == \"三级\""), Ok(true));
    assert_eq!(holds("year == \"2014\""), Ok(true));
    assert_eq!(holds("code == \"011\""), Ok(true));
    assert_eq!(holds("level != '二级'"), Ok(true));
    assert_eq!(holds("nothing == \"\""), Ok(true));
    assert_eq!(holds("nothing > 3"), Err(Missing::Empty));
    assert_eq!(holds("nothing > 3 and 1 > 2"), Ok(false));
    assert_eq!(holds("1 < 2 or nothing > 3"), Ok(true));
    assert_eq!(holds("not beds >= 1200"), Ok(false));
}

#[test]
fn mistakes_are_named_with_their_place() {
    assert_eq!(error("beds /").1, "The formula ends where a value is needed.");
    assert_eq!(error("(beds"), (0..1, "This bracket is never closed. Close it with ).".into()));
    assert_eq!(error("beds) + 1").0, 4..5);
    assert_eq!(error("beds people").1, "An operator is missing before this. Write + - * / or a comparison between two values.");
    assert_eq!(error("year = 2014"), (5..6, "A formula cannot contain \"=\" here. Write `==` to compare.".into()));
    assert_eq!(
        error("2024年 / 2").1,
        "A number runs into a name. A name that begins with a digit stands in backquotes: `2024年`."
    );
    assert_eq!(error("1,000 * beds").1, "There is no list here for a comma to divide. Write numbers without thousands marks.");
    assert_eq!(error("sqr(4)").1, "There is no function \"sqr\". Did you mean \"sqrt\"?");
    assert_eq!(error("round()").1, "`round` takes 1 to 2 arguments, not 0.");
    assert_eq!(error("1 < beds < 3").1, "`<` cannot be used on a condition. Write a < b and b < c for a < b < c.");
    assert_eq!(error("year == 2014 or 2019").0, 13..15);
    assert_eq!(error("\"a\" + 1").1, "`+` needs numbers, not text. Text can only be compared.");
    assert_eq!(error("\"abc").1, "The quotation mark is never closed. Close it with \".");
    assert_eq!(error("").1, "The formula is empty. Write the name of a column, or a sum of columns.");
    assert!(error(&"(".repeat(5000)).1.starts_with("The formula is nested more than"));
    assert!(error(&"-".repeat(5000)).1.starts_with("The formula is nested more than"));
    assert!(error(&vec!["1"; 500].join("+")).1.starts_with("The formula is nested more than"));
}

#[test]
fn unknown_names_are_answered_with_the_nearest() {
    let formula = parse("bedz / people").expect("well formed");
    let known = ["beds", "people"];
    let error = FormulaError::unknown_name(formula.names()[0], known.iter().copied());
    assert_eq!((error.span, error.help.as_deref()), (0..4, Some("Did you mean \"beds\"?")));
    assert_eq!(error.message, "There is no column \"bedz\".");
}

/// Formulas without regard to where their names stood.
fn without_places(node: &Node) -> Node {
    let inner = |node: &Node| Box::new(without_places(node));
    match node {
        Node::Name(name) => Node::Name(Name { text: name.text.clone(), span: 0..0 }),
        Node::Negative(node) => Node::Negative(inner(node)),
        Node::Not(node) => Node::Not(inner(node)),
        Node::Binary(operator, left, right) => Node::Binary(*operator, inner(left), inner(right)),
        Node::Call(function, arguments) => Node::Call(*function, arguments.iter().map(without_places).collect()),
        other => other.clone(),
    }
}

fn quantity() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        (0.0_f64..1e9).prop_map(Node::Number),
        "[a-z_][a-z0-9_]{0,4}".prop_map(|text| Node::Name(Name { text, span: 0..0 })),
        "[0-9 +()年-]{1,5}x".prop_map(|text| Node::Name(Name { text, span: 0..0 })),
    ];
    leaf.prop_recursive(5, 40, 3, |inner| {
        let operator = prop_oneof![
            Just(Operator::Add),
            Just(Operator::Subtract),
            Just(Operator::Multiply),
            Just(Operator::Divide),
            Just(Operator::Power)
        ];
        prop_oneof![
            (operator, inner.clone(), inner.clone()).prop_map(|(o, a, b)| Node::Binary(o, Box::new(a), Box::new(b))),
            inner.clone().prop_map(|node| Node::Negative(Box::new(node))),
            prop::collection::vec(inner, 1..4).prop_map(|arguments| Node::Call(Function::Max, arguments)),
        ]
    })
}

fn condition() -> impl Strategy<Value = Node> {
    let comparison =
        (prop_oneof![Just(Operator::Equal), Just(Operator::Less), Just(Operator::GreaterOrEqual)], quantity(), quantity())
            .prop_map(|(o, a, b)| Node::Binary(o, Box::new(a), Box::new(b)));
    comparison.prop_recursive(3, 12, 2, |inner| {
        prop_oneof![
            (prop_oneof![Just(Operator::And), Just(Operator::Or)], inner.clone(), inner.clone())
                .prop_map(|(o, a, b)| Node::Binary(o, Box::new(a), Box::new(b))),
            inner.prop_map(|node| Node::Not(Box::new(node))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn printing_and_parsing_give_the_same_formula(root in prop_oneof![quantity(), condition()]) {
        let formula = Formula { root };
        let parsed = parse(&formula.to_string());
        let parsed = parsed.map(|parsed| without_places(&parsed.root));
        prop_assert_eq!(parsed, Ok(without_places(&formula.root)), "{}", formula);
    }

    #[test]
    fn any_text_is_a_formula_or_an_error_within_it(text in "\\PC{0,60}") {
        match parse(&text) {
            Ok(formula) => { let _ = formula.evaluate(&cells); }
            Err(error) => prop_assert!(text.get(error.span.clone()).is_some(), "{error:?}"),
        }
    }

    #[test]
    fn formula_like_text_never_panics(text in "[a-c0-9 .,+*/^()<>=!`\"'-]{0,60}") {
        match parse(&text) {
            Ok(formula) => {
                if let Ok(number) = formula.evaluate(&cells) {
                    prop_assert!(number.is_finite());
                }
            }
            Err(error) => prop_assert!(text.get(error.span.clone()).is_some(), "{error:?}"),
        }
    }
}
