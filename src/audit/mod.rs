//! Finds what cannot be right in a table, without being told what to look for.
//!
//! A table says more than it knows: parts are not larger than their whole, a rate is its count over its base, an index of inequality
//! leaves room for few values of another, a hospital stands in the province of its address. Each rule has a room of its own and gives
//! [`Finding`]s: where, which numbers, why they cannot be right, what has probably happened, what to do. The gravest come first.
//!
//! A rule speaks only where the table itself shows that the rule holds there: shares are asked to add up to one where they do in nine
//! rows of ten, a rate is compared with a count where most rows agree. What nobody could be sure of is marked as worth a look.
//!
//! ```
//! use caremap::audit::{Context, audit};
//! use caremap::read::table::{ReadOptions, read_table};
//!
//! let file = "area,share_a,share_b\na,0.51,0.49\nb,0.22,0.78\nc,0.13,0.87\nd,0.64,0.36\ne,0.35,0.65\nf,0.21,0.79\ng,0.93,0.07\n\
//!     h,0.44,0.56\ni,0.32,0.68\nj,0.71,0.52\n";
//! let table = read_table(file.as_bytes(), "shares.csv", &ReadOptions::default()).unwrap().value;
//! let findings = audit(&table, &Context::default());
//! assert_eq!((findings[0].rule, findings[0].line), ("shares-not-whole", Some(11)));
//! ```

mod areas;
mod columns;
mod finding;
mod inequality;
mod outlier;
mod parts;
mod points;
mod rates;
mod reference;
mod series;
mod subject;
mod units;
mod values;

pub use finding::{Finding, Severity};

use crate::coverage::Coverage;
use crate::place::key::Gazetteer;
use crate::table::Table;
use subject::Subject;

/// Opens a table by its file name.
pub type Beside<'a> = dyn Fn(&str) -> Option<Table> + 'a;

/// What a table is compared with.
#[derive(Default)]
pub struct Context<'a> {
    /// The areas; rules about areas and points are silent without.
    pub coverage: Option<&'a Coverage>,
    /// Opens a table that stands beside the one under audit, by its file name; for indices that name their data.
    pub beside: Option<&'a Beside<'a>>,
}

/// Everything in the table that cannot be right, or hardly can; the gravest first.
pub fn audit(table: &Table, context: &Context<'_>) -> Vec<Finding> {
    let gazetteer = context.coverage.map(Gazetteer::new);
    let subject = Subject::new(table, gazetteer.as_ref());
    let mut findings = values::audit(&subject);
    findings.extend(parts::audit(&subject));
    findings.extend(rates::audit(&subject));
    findings.extend(units::audit(&subject));
    findings.extend(areas::audit(&subject));
    findings.extend(inequality::audit(&subject, context));
    findings.extend(points::audit(&subject, gazetteer.as_ref()));
    findings.extend(outlier::audit(&subject));
    for finding in &mut findings {
        table.place().clone_into(&mut finding.file);
    }
    finding::in_order(findings)
}
