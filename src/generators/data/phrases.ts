/** What reviews say, by mood; a review takes a title and two different sentences of its mood. */
export type ReviewPhrases = Readonly<
  Record<
    'unhappy' | 'mixed' | 'happy',
    { readonly titles: readonly string[]; readonly sentences: readonly string[] }
  >
>;

export const REVIEW_PHRASES: ReviewPhrases = {
  unhappy: {
    titles: [
      'Disappointed',
      'Not as described',
      'Broke after a week',
      'Would not buy again',
      'Poor quality',
      'Save your money',
      'Sent it back',
      'Expected more',
    ],
    sentences: [
      'The finish looks nothing like the pictures.',
      'It arrived with a scratch along one side.',
      'After three uses it started to come apart.',
      'It is much smaller than it looks in the pictures.',
      'Customer service took two weeks to answer.',
      'For this price I expected far better.',
      'The smell did not go away even after airing it for days.',
      'One part was missing from the box.',
      'It feels cheap in the hand.',
      'The colour faded quickly.',
      'I returned it and am still waiting for the refund.',
      'The parcel was open when it reached me.',
    ],
  },
  mixed: {
    titles: [
      'Does the job',
      'Okay for the price',
      'Average',
      'Good, with flaws',
      'Mixed feelings',
      'Fine, nothing special',
      'Good and bad',
      'Decent',
    ],
    sentences: [
      'It works, but do not expect wonders.',
      'Delivery took longer than announced.',
      'The quality is fair for what it costs.',
      'The instructions could be clearer.',
      'A little heavier than I had hoped.',
      'The colour is slightly different in daylight.',
      'I like the design, less so the material.',
      'Packaging was excessive for such an item.',
      'It took some getting used to.',
      'My partner likes it more than I do.',
      'Solid, though the edges are not very neat.',
      'I might look at another brand next time.',
    ],
  },
  happy: {
    titles: [
      'Excellent',
      'Very happy with it',
      'Exactly what I needed',
      'Great value',
      'Highly recommended',
      'Beautifully made',
      'Bought a second one',
      'Would buy again',
      'Perfect gift',
      'Love it',
    ],
    sentences: [
      'It feels sturdy and well made.',
      'Arrived a day early and nicely packed.',
      'I use it every day and it still looks new.',
      'The colour is even better than in the pictures.',
      'My whole family is delighted.',
      'You can tell that someone thought about the details.',
      'It was easy to set up and works as promised.',
      'I compared several and this was the best for the money.',
      'The material is pleasant to the touch.',
      'I have already recommended it to friends.',
      'It fits perfectly where I wanted it.',
      'I would buy it again without a second thought.',
      'A gift that was very well received.',
      'Quick delivery, great product, nothing to add.',
    ],
  },
};

export const GROCERY_REVIEW_PHRASES: ReviewPhrases = {
  unhappy: {
    titles: ['Not fresh', 'Disappointed', 'Poor quality', 'Never again', 'Arrived squashed'],
    sentences: [
      'It was past its best when it arrived.',
      'The pack was open and half of it had leaked.',
      'It tasted of nothing at all.',
      'Smaller than last time, and dearer.',
      'The cold chain had clearly been broken.',
      'We threw most of it away.',
      'Nothing like the picture.',
      'I had to ask twice for my money back.',
    ],
  },
  mixed: {
    titles: ['Okay', 'Average', 'Fine for the price', 'Depends on the day', 'Nothing special'],
    sentences: [
      'Sometimes very good, sometimes not.',
      'Fine for cooking, less so as it is.',
      'A little too sweet for us.',
      'The quality is fair for what it costs.',
      'It has to be used quickly.',
      'Too much packaging.',
      'The children like it more than I do.',
      'I miss the old recipe.',
    ],
  },
  happy: {
    titles: ['Always good', 'Delicious', 'A staple for us', 'Very fresh', 'Great value', 'Love it'],
    sentences: [
      'We order it every week.',
      'It arrived cold and in perfect shape.',
      'You can taste the difference.',
      'It kept for longer than stated.',
      'The whole family asks for it.',
      'Good quality at a fair price.',
      'Well packed, nothing was bruised.',
      'Better than what I find in the shop round the corner.',
      'Goes with almost everything we cook.',
    ],
  },
};

/** Names of product lines; each brand has a few. */
export const SERIES: readonly string[] =
  'Alba|Alto|Arbor|Arco|Aster|Atlas|Aura|Boreal|Brio|Calma|Capri|Cirrus|Clara|Corso|Delta|Duna|Elba|Ember|Fjord|Flora|Forma|Gaia|Halo|Helios|Indigo|Iris|Juno|Kilo|Lago|Linea|Luma|Lyra|Mara|Mistral|Mono|Nero|Nima|Nova|Onda|Opal|Orbit|Palma|Piano|Pico|Prima|Quadro|Riva|Roma|Sierra|Sol|Sonata|Stella|Tempo|Terra|Tundra|Urban|Vega|Vento|Verve|Vista|Volta|Zenit'.split(
    '|',
  );

/** Why money was given back. */
export const REFUND_REASONS: readonly string[] = [
  'changed my mind',
  'arrived damaged',
  'wrong size',
  'not as described',
  'delivered too late',
  'wrong item sent',
];

/** Why part of the money was given back while the goods stayed. */
export const PARTIAL_REFUND_REASONS: readonly string[] = [
  'small damage, customer keeps it',
  'goodwill for late delivery',
  'price adjustment',
];

export const CARRIERS: readonly string[] = ['DHL', 'UPS', 'FedEx', 'DPD', 'GLS', 'InPost'];

/** First words of coupon codes. */
export const COUPON_WORDS: readonly string[] = [
  'WELCOME',
  'SAVE',
  'SPRING',
  'SUMMER',
  'AUTUMN',
  'WINTER',
  'VIP',
  'THANKS',
  'FLASH',
  'WEEKEND',
];

/** What follows a maker's surname in a brand name. */
export const BRAND_SUFFIXES: readonly string[] = [
  'Works',
  'Goods',
  'Studio',
  'Supply',
  '& Co',
  'Labs',
  'Home',
  'Outfitters',
];
