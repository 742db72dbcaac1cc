/**
 * HTML as GitHub leaves it, by the list it published; what its view of notebooks really does is not known.
 *
 * @see https://github.com/gjtorikian/html-pipeline/blob/main/lib/html_pipeline/sanitization_filter.rb
 */
import sanitizeHtml from "sanitize-html";

const elements =
  "h1 h2 h3 h4 h5 h6 br b i strong em a pre code img tt div ins del sup sub p ol ul table thead tbody tfoot " +
  "blockquote dl dt dd kbd q samp var hr ruby rt rp li tr td th s strike summary details caption figure figcaption " +
  "abbr bdo cite dfn mark small span time wbr";
const attributes =
  "abbr accept accept-charset accesskey action align alt aria-describedby aria-hidden aria-label aria-labelledby axis " +
  "border cellpadding cellspacing char charoff charset checked clear cols colspan color compact coords datetime dir " +
  "disabled enctype for frame headers height hreflang hspace id ismap label lang maxlength media method multiple name " +
  "nohref noshade nowrap open progress prompt readonly rel rev role rows rowspan rules scope selected shape size span " +
  "start summary tabindex title type usemap valign value width itemprop";

export function leaveForGitHub(markup: string): string {
  return sanitizeHtml(markup, {
    allowedTags: elements.split(" "),
    allowedAttributes: {
      a: ["href"],
      img: ["src", "longdesc"],
      div: ["itemscope", "itemtype"],
      "*": attributes.split(" "),
    },
    allowedSchemes: ["http", "https", "mailto"],
  });
}
