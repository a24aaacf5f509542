//! The table that the run ends with.

/// One line of it.
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) portcullis: String,
    pub(crate) limit: String,
    pub(crate) ratio: String,
    pub(crate) wanted: String,
    /// Whether it is as it should be, if it should be any way.
    pub(crate) met: Option<bool>,
}

impl Figure {
    /// A rate, beside the rate that the machine allows.
    pub(crate) fn rate(name: &'static str, portcullis: f64, limit: f64, wanted: f64) -> Self {
        let ratio = portcullis / limit;
        Self {
            name,
            portcullis: format!("{portcullis:.0}/s"),
            limit: format!("{limit:.0}/s"),
            ratio: format!("{ratio:.2}"),
            wanted: format!(">= {wanted:.2}"),
            met: Some(ratio >= wanted),
        }
    }

    /// A rate, beside another for comparison.
    pub(crate) fn beside(name: &'static str, portcullis: f64, other: f64) -> Self {
        Self { wanted: "-".to_owned(), met: None, ..Self::rate(name, portcullis, other, 0.0) }
    }

    /// Something that must stay below a bound.
    pub(crate) fn bound(name: &'static str, portcullis: f64, unit: &str, bound: f64) -> Self {
        Self {
            name,
            portcullis: format!("{portcullis:.1} {unit}"),
            limit: "-".to_owned(),
            ratio: "-".to_owned(),
            wanted: format!("< {bound:.0} {unit}"),
            met: Some(portcullis < bound),
        }
    }

    fn cells(&self) -> [&str; 6] {
        let verdict = match self.met {
            Some(true) => "ok",
            Some(false) => "MISSED",
            None => "",
        };
        [self.name, &self.portcullis, &self.limit, &self.ratio, &self.wanted, verdict]
    }
}

const HEAD: [&str; 6] = ["figure", "portcullis", "limit", "ratio", "wanted", ""];

pub(crate) fn print(figures: &[Figure]) {
    let rows: Vec<_> = std::iter::once(HEAD).chain(figures.iter().map(Figure::cells)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    for row in &rows {
        let cells = row.iter().enumerate().map(|(column, cell)| {
            let width = width(column);
            if column == 0 { format!("{cell:width$}") } else { format!("{cell:>width$}") }
        });
        println!("{}", cells.collect::<Vec<_>>().join("  ").trim_end());
    }
    let missed = figures.iter().filter(|figure| figure.met == Some(false)).count();
    println!("{} figures, {missed} missed", figures.len());
}
