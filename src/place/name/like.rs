//! Names that are nearly the same: proposed to the author, never taken.

use super::{Kind, split};
use crate::problem::nearest_spelling;

/// Why two names may mean the same area; none where they are too far apart. Both are given in their [`super::normal`] form and as
/// [`super::stem`]. The score is from 0 to 100.
pub fn likeness(written: (&str, &str), area: (&str, &str)) -> Option<(u32, &'static str)> {
    if written.0.is_empty() || area.0.is_empty() {
        return None;
    }
    if written.0 == area.0 {
        return Some((100, "same name"));
    }
    if written.1 == area.1 {
        return Some((90, "differs in its suffix only"));
    }
    if written.1.chars().count() >= 2 && area.0.starts_with(written.1) {
        return Some((80, "the beginning of the full name"));
    }
    // A slip in the word for the kind itself: 乐亭具.
    if split(written.0).1 == Kind::Unsaid && differs_at_its_end(written.0, area.0) {
        return Some((75, "one character differs"));
    }
    if is_swapped(written.1, area.1) {
        return Some((70, "two characters are swapped"));
    }
    // Of two characters one may differ by chance (广州 and 杭州); of three hardly, and of six letters hardly.
    let (shorter, longer) = minmax(written.1.chars().count(), area.1.chars().count());
    let long_enough = if written.1.is_ascii() { shorter >= 5 } else { shorter >= 3 };
    let near = longer - shorter <= 1 && nearest_spelling(written.1, [area.1]).is_some();
    // A wrong letter in the words for the kind (自治洲) leaves the short forms far apart, the full ones near.
    let whole = minmax(written.0.chars().count(), area.0.chars().count());
    let whole_near = whole.0 >= 5 && whole.1 - whole.0 <= 1 && differ_in_one(written.0, area.0);
    ((long_enough && near) || whole_near).then_some((60, difference(written.0, area.0)))
}

/// Whether two names of one kind with two characters each share one of them in its place: 荣阳市 and 荥阳市. Within a known parent that
/// is worth proposing.
pub fn is_one_of_two(written: &str, area: &str) -> bool {
    let ((a, kind), (b, other)) = (split(written), split(area));
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let alike = a.len() == 2 && b.len() == 2 && a.iter().zip(&b).filter(|(a, b)| a == b).count() == 1;
    alike && kind == other && kind != Kind::Unsaid && !a.iter().all(|c| "高新经开发工业技术产园".contains(*c))
}

fn difference(a: &str, b: &str) -> &'static str {
    let (count, other) = (a.chars().count(), b.chars().count());
    match (differ_in_one(a, b), count == other, a.is_ascii()) {
        (true, true, false) => "one character differs",
        (true, true, true) => "one letter differs",
        (true, false, false) => "one character more or less",
        (true, false, true) => "one letter more or less",
        (false, ..) => "differs in spelling",
    }
}

/// Whether nothing but the last of three or more characters differs.
fn differs_at_its_end(a: &str, b: &str) -> bool {
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    a.chars().count() == b.chars().count() && same >= 2 && same + 1 == a.chars().count() && !a.is_ascii()
}

/// Whether the same characters stand in another order, two neighbours changed.
fn is_swapped(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let differing: Vec<usize> = (0..a.len().min(b.len())).filter(|at| a[*at] != b[*at]).collect();
    let neighbours = matches!(differing.as_slice(), [first, second] if *second == first + 1 && a[*first] == b[*second] && a[*second] == b[*first]);
    a.len() == b.len() && a.len() >= 2 && neighbours
}

/// Whether one letter was changed, left out or put in.
fn differ_in_one(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let front = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let back = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    front + back + 1 >= a.len().max(b.len())
}

fn minmax(a: usize, b: usize) -> (usize, usize) {
    (a.min(b), a.max(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::name::{normal, stem};

    #[test]
    fn near_misses_are_near() {
        let likeness = |a: &str, b: &str| likeness((&normal(a), &stem(a)), (&normal(b), &stem(b)));
        assert_eq!(likeness("北京", "北京市"), Some((90, "differs in its suffix only")));
        assert_eq!(likeness("孟津县", "孟津区").map(|near| near.0), Some(90));
        assert_eq!(likeness("达尔罕茂明安旗", "达尔罕茂明安联合旗"), Some((80, "the beginning of the full name")));
        assert_eq!(likeness("七台和市", "七台河市"), Some((60, "one character differs")));
        assert_eq!(likeness("乐亭具", "乐亭县"), Some((75, "one character differs")));
        assert_eq!(likeness("七河台市", "七台河市"), Some((70, "two characters are swapped")));
        assert_eq!(likeness("化德县", "德化县"), Some((70, "two characters are swapped")));
        assert_eq!(likeness("凉山彝族自治洲", "凉山彝族自治州"), Some((75, "one character differs")));
        assert_eq!(likeness("Hulunbier", "Hulunbuir"), Some((60, "differs in spelling")));
        assert_eq!(likeness("阿坝州", "阿坝藏族羌族自治州"), Some((90, "differs in its suffix only")));
        assert_eq!(likeness("彰武县", "漳浦县"), None);
        assert_eq!(likeness("Shanxi", "Shaanxi"), Some((60, "one letter more or less")));
        assert_eq!(likeness("广州市", "杭州市"), None);
    }

    #[test]
    fn of_two_characters_one_may_differ_within_a_parent() {
        assert!(is_one_of_two("荣阳市", "荥阳市") && is_one_of_two("浙川县", "淅川县"));
        assert!(!is_one_of_two("荣阳县", "荥阳市") && !is_one_of_two("高新区", "高港区") && !is_one_of_two("荥阳市", "荥阳市"));
    }
}
