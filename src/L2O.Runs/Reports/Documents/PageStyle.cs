namespace L2O.Reports.Documents;

/// <summary>How pages look: on screens light and dark, narrow and wide, and on paper.</summary>
internal static class PageStyle
{
    /// <summary>Has no character that HTML or XML would have to escape.</summary>
    internal const string Sheet = """

        :root { color-scheme: light dark; --ink: #1c1e21; --paper: #ffffff; --faint: #5c636b; --line: #d9dce0; --tint: #f4f5f7;
          --link: #0b57a4; }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; }
        main { max-width: 72rem; margin: 0 auto; padding: 1rem clamp(0.75rem, 3vw, 2rem) 4rem; }
        h1, h2, h3, p, li, summary { overflow-wrap: anywhere; }
        h1 { font-size: 1.7rem; line-height: 1.25; }
        h2 { font-size: 1.35rem; margin-top: 2.5rem; padding-top: 0.75rem; border-top: 1px solid var(--line); }
        h3 { font-size: 1.1rem; margin-top: 1.75rem; }
        p, ul { max-width: 48rem; }
        a { color: var(--link); }
        nav { background: var(--tint); border-radius: 0.4rem; padding: 0.6rem 1rem; max-width: 48rem; }
        nav ol { margin: 0; padding-left: 1.4rem; }
        .wide { overflow-x: auto; margin: 0 0 1rem; }
        table { border-collapse: collapse; font-size: 0.88rem; }
        .caption { color: var(--faint); font-size: 0.88rem; margin: 1.2rem 0 0.3rem; }
        th, td { padding: 0.25rem 0.7rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
        thead th { vertical-align: bottom; border-bottom: 2px solid var(--line); overflow-wrap: break-word; max-width: 16rem; }
        tbody th { font-weight: 600; min-width: 10rem; max-width: 22rem; overflow-wrap: break-word; }
        td { max-width: 26rem; overflow-wrap: break-word; }
        td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
        pre { background: var(--tint); border-radius: 0.4rem; padding: 0.7rem 1rem; overflow-x: auto; font-size: 0.85rem; }
        summary { cursor: pointer; }
        figure { margin: 1.75rem 0; }
        figure .title { font-weight: 600; margin: 0 0 0.4rem; max-width: none; }
        figcaption { color: var(--faint); font-size: 0.88rem; max-width: 48rem; margin-top: 0.4rem; }
        .plots { background: #ffffff; color: #1c1e21; }
        .panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 23rem), 1fr)); gap: 0.25rem; }
        .panels.single { display: block; max-width: 38rem; }
        .panels img { display: block; width: 100%; height: auto; max-width: 46rem; }
        .legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0.15rem 1.1rem; margin: 0 0 0.4rem; padding: 0;
          font-size: 0.85rem; max-width: none; }
        .legend li { overflow-wrap: anywhere; }
        .legend .line { display: inline-block; width: 1.6rem; vertical-align: middle; margin-right: 0.4rem; }
        @media screen and (prefers-color-scheme: dark) {
          :root { --ink: #e4e6e9; --paper: #121417; --faint: #a2a9b2; --line: #363b42; --tint: #1d2126; --link: #7db7f5; }
          .plots { filter: invert(1) hue-rotate(180deg); mix-blend-mode: lighten; }
        }
        @media print {
          body { font-size: 10.5pt; }
          main { max-width: none; padding: 0; }
          figure, tr { break-inside: avoid; }
          h2, h3 { break-after: avoid; }
          pre { white-space: pre-wrap; overflow-wrap: anywhere; }
          .wide { overflow: visible; }
          table { font-size: 8pt; }
          td.number { white-space: normal; }
          th, td { padding: 0.15rem 0.4rem; }
          tbody th { min-width: 0; overflow-wrap: anywhere; }
          .panels { grid-template-columns: 1fr 1fr; }
        }

        """;
}
