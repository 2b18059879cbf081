import type { ProductKind } from './product-kinds.ts';

/** A leaf of the category tree: its name, its nouns, median price in cents, weight of a piece in grams. */
export type AssortmentLeaf = readonly [name: string, nouns: string, cents: number, grams: number];

/** A middle level of the category tree: one kind of thing, with the words that go before its nouns. */
export interface Shelf {
  readonly name: string;
  readonly kind: ProductKind;
  /** Materials for kinds whose attributes have one, else properties; between bars. */
  readonly features: string;
  readonly leaves: readonly AssortmentLeaf[];
}

export interface Department {
  readonly name: string;
  /** Of the products, in parts of the sum over all departments. */
  readonly share: number;
  readonly shelves: readonly Shelf[];
}

/** What a general store sells. Prices are our own estimates of European shelf prices in 2025. */
export const GENERAL_STORE: readonly Department[] = [
  {
    name: 'Clothing',
    share: 18,
    shelves: [
      {
        name: "Women's Clothing",
        kind: 'clothing',
        features: 'Cotton|Linen|Viscose|Merino|Denim|Jersey|Modal',
        leaves: [
          ['Dresses', 'Midi Dress|Wrap Dress|Shirt Dress|Maxi Dress', 4499, 420],
          ['Blouses', 'Blouse|Tunic|Shirt', 2999, 210],
          ["Women's Trousers", 'Trousers|Wide-Leg Trousers|Culottes|Leggings', 3799, 430],
          ["Women's Knitwear", 'Cardigan|Pullover|Polo Neck', 4299, 460],
        ],
      },
      {
        name: "Men's Clothing",
        kind: 'clothing',
        features: 'Cotton|Linen|Merino|Denim|Flannel|Twill|Fleece',
        leaves: [
          ['Shirts', 'Oxford Shirt|Shirt|Overshirt', 3499, 300],
          ['T-Shirts', 'T-Shirt|Long-Sleeved Shirt|Polo Shirt', 1599, 190],
          ["Men's Trousers", 'Chinos|Trousers|Jeans|Cargo Trousers', 4499, 560],
          ["Men's Jackets", 'Jacket|Parka|Bomber Jacket|Field Jacket', 8999, 1100],
        ],
      },
      {
        name: 'Underwear and Socks',
        kind: 'clothing',
        features: 'Cotton|Bamboo|Modal|Merino|Microfibre',
        leaves: [
          ['Socks', 'Socks|Ankle Socks|Hiking Socks', 899, 70],
          ['Underwear', 'Boxer Shorts|Briefs|Vest', 1399, 110],
          ['Nightwear', 'Pyjamas|Nightshirt|Dressing Gown', 2999, 420],
        ],
      },
    ],
  },
  {
    name: 'Shoes and Bags',
    share: 8,
    shelves: [
      {
        name: 'Shoes',
        kind: 'shoes',
        features: 'Leather|Suede|Canvas|Mesh|Nubuck',
        leaves: [
          ['Trainers', 'Trainers|Low-Top Trainers|High-Top Trainers', 7499, 780],
          ['Boots', 'Ankle Boots|Chelsea Boots|Winter Boots', 9499, 1250],
          ['Sandals', 'Sandals|Slides|Mules', 3999, 450],
          ['Slippers', 'Slippers|Clogs', 2499, 380],
        ],
      },
      {
        name: 'Bags',
        kind: 'home',
        features: 'Leather|Canvas|Nylon|Recycled Polyester|Felt',
        leaves: [
          ['Backpacks', 'Backpack|Rolltop Backpack|Daypack', 5999, 850],
          ['Handbags', 'Handbag|Shoulder Bag|Tote Bag', 5499, 600],
          ['Suitcases', 'Suitcase|Cabin Case|Travel Bag', 9999, 3100],
          ['Wallets', 'Wallet|Purse|Card Holder', 2999, 110],
        ],
      },
    ],
  },
  {
    name: 'Electronics',
    share: 12,
    shelves: [
      {
        name: 'Phones and Tablets',
        kind: 'electronics',
        features: 'Slim|Rugged|Compact|Pro|Lite',
        leaves: [
          ['Smartphones', 'Smartphone', 37900, 190],
          ['Tablets', 'Tablet|E-Book Reader', 24900, 480],
          ['Phone Cases', 'Phone Case|Phone Cover', 1499, 45],
          ['Chargers', 'Charger|Charging Cable|Power Bank', 1999, 130],
        ],
      },
      {
        name: 'Audio',
        kind: 'electronics',
        features: 'Wireless|Noise-Cancelling|Studio|Bluetooth|Hi-Fi',
        leaves: [
          ['Headphones', 'Headphones|Over-Ear Headphones|Headset', 7999, 280],
          ['Earphones', 'In-Ear Headphones|Earbuds', 5999, 60],
          ['Loudspeakers', 'Loudspeaker|Bookshelf Speaker|Soundbar', 11900, 2400],
          ['Radios', 'Radio|Clock Radio|Kitchen Radio', 4999, 900],
        ],
      },
      {
        name: 'Computers',
        kind: 'electronics',
        features: 'Silent|USB-C|Wireless|Ergonomic|High-Speed',
        leaves: [
          ['Laptops', 'Laptop|Notebook', 74900, 1600],
          ['Monitors', 'Monitor|Curved Monitor', 22900, 5200],
          ['Mice and Keyboards', 'Keyboard|Mouse|Trackball', 3999, 420],
          ['Storage', 'SSD|Memory Card|Flash Drive', 5499, 60],
        ],
      },
    ],
  },
  {
    name: 'Home and Living',
    share: 14,
    shelves: [
      {
        name: 'Furniture',
        kind: 'home',
        features: 'Oak|Beech|Walnut|Steel|Rattan|Pine',
        leaves: [
          ['Chairs', 'Dining Chair|Armchair|Bar Stool', 8900, 6400],
          ['Tables', 'Coffee Table|Desk|Side Table', 13900, 15500],
          ['Shelving', 'Shelf|Bookcase|Wall Shelf', 6900, 9800],
          ['Beds', 'Bed Frame|Sofa Bed|Day Bed', 32900, 38000],
        ],
      },
      {
        name: 'Textiles',
        kind: 'home',
        features: 'Cotton|Linen|Velvet|Wool|Bamboo|Percale',
        leaves: [
          ['Bed Linen', 'Duvet Cover|Fitted Sheet|Pillowcase', 3499, 900],
          ['Towels', 'Bath Towel|Hand Towel|Bathrobe', 1899, 480],
          ['Cushions', 'Cushion|Cushion Cover|Throw', 1999, 520],
          ['Curtains', 'Curtain|Roman Blind', 3299, 1100],
        ],
      },
      {
        name: 'Lighting',
        kind: 'home',
        features: 'Brass|Glass|Paper|Steel|Ceramic',
        leaves: [
          ['Table Lamps', 'Table Lamp|Bedside Lamp|Desk Lamp', 4499, 1300],
          ['Ceiling Lamps', 'Pendant Lamp|Ceiling Lamp', 7499, 2200],
          ['Light Bulbs', 'Light Bulb|LED Strip', 899, 60],
          ['Candles', 'Candle Holder|Lantern|Scented Candle', 1499, 480],
        ],
      },
    ],
  },
  {
    name: 'Kitchen',
    share: 10,
    shelves: [
      {
        name: 'Cookware',
        kind: 'home',
        features: 'Stainless Steel|Cast Iron|Copper|Aluminium|Enamel',
        leaves: [
          ['Pans', 'Frying Pan|Saucepan|Wok|Griddle Pan', 3999, 1500],
          ['Pots', 'Stockpot|Casserole|Pressure Cooker', 5999, 2700],
          ['Knives', "Chef's Knife|Bread Knife|Paring Knife", 3499, 220],
          ['Baking', 'Baking Tin|Mixing Bowl|Rolling Pin', 1499, 540],
        ],
      },
      {
        name: 'Tableware',
        kind: 'home',
        features: 'Porcelain|Stoneware|Glass|Bamboo|Ceramic',
        leaves: [
          ['Plates', 'Dinner Plate|Soup Plate|Serving Plate', 1299, 560],
          ['Cups and Mugs', 'Mug|Espresso Cup|Tea Cup', 999, 310],
          ['Glasses', 'Wine Glass|Tumbler|Carafe', 1199, 240],
          ['Cutlery', 'Cutlery Set|Serving Spoon', 2999, 900],
        ],
      },
      {
        name: 'Kitchen Appliances',
        kind: 'electronics',
        features: 'Compact|Digital|Stainless|Silent|Programmable',
        leaves: [
          ['Kettles', 'Kettle|Milk Frother', 3999, 1100],
          ['Coffee Machines', 'Coffee Machine|Espresso Machine|Coffee Grinder', 14900, 4600],
          ['Mixers', 'Stand Mixer|Hand Blender|Food Processor', 8900, 3200],
          ['Toasters', 'Toaster|Sandwich Maker|Air Fryer', 4999, 2300],
        ],
      },
    ],
  },
  {
    name: 'Sports and Outdoors',
    share: 9,
    shelves: [
      {
        name: 'Fitness',
        kind: 'sport',
        features: 'Folding|Non-Slip|Adjustable|Pro|Compact',
        leaves: [
          ['Weights', 'Dumbbell|Kettlebell|Weight Plate', 2999, 7500],
          ['Yoga', 'Yoga Mat|Yoga Block|Pilates Ring', 2499, 1100],
          ['Fitness Machines', 'Exercise Bike|Rowing Machine|Treadmill', 39900, 34000],
        ],
      },
      {
        name: 'Camping',
        kind: 'sport',
        features: 'Lightweight|Waterproof|Insulated|Folding|Four-Season',
        leaves: [
          ['Tents', 'Tent|Tarp|Awning', 13900, 4200],
          ['Sleeping Bags', 'Sleeping Bag|Sleeping Mat', 6999, 1300],
          ['Bottles and Flasks', 'Water Bottle|Flask|Lunch Box', 1999, 340],
          ['Torches', 'Head Torch|Torch|Camping Lantern', 2499, 210],
        ],
      },
      {
        name: 'Cycling',
        kind: 'sport',
        features: 'Reflective|Aero|Urban|Touring|Lightweight',
        leaves: [
          ['Helmets', 'Cycle Helmet', 5999, 340],
          ['Cycle Lights', 'Cycle Light Set|Rear Light', 2499, 140],
          ['Cycle Parts', 'Saddle|Pedal Set|Bicycle Pump', 2999, 520],
        ],
      },
    ],
  },
  {
    name: 'Beauty and Health',
    share: 9,
    shelves: [
      {
        name: 'Skin Care',
        kind: 'care',
        features: 'Hydrating|Aloe|Vitamin C|Sensitive|Night|Mineral',
        leaves: [
          ['Face Care', 'Face Cream|Serum|Cleanser', 1799, 140],
          ['Body Care', 'Body Lotion|Hand Cream|Shower Gel', 899, 290],
          ['Sun Care', 'Sun Cream|After-Sun Lotion', 1399, 230],
        ],
      },
      {
        name: 'Hair Care',
        kind: 'care',
        features: 'Repair|Volume|Argan|Gentle|Anti-Dandruff',
        leaves: [
          ['Shampoo', 'Shampoo|Dry Shampoo', 799, 310],
          ['Conditioner', 'Conditioner|Hair Mask', 999, 290],
          ['Hair Styling', 'Hair Wax|Hair Spray|Styling Cream', 999, 190],
        ],
      },
      {
        name: 'Health',
        kind: 'electronics',
        features: 'Digital|Rechargeable|Smart|Sonic|Compact',
        leaves: [
          ['Toothbrushes', 'Electric Toothbrush|Water Flosser', 5999, 320],
          ['Shavers', 'Shaver|Beard Trimmer|Hair Clipper', 5499, 380],
          ['Scales', 'Bathroom Scales|Kitchen Scales', 2999, 1700],
        ],
      },
    ],
  },
  {
    name: 'Books and Stationery',
    share: 9,
    shelves: [
      {
        name: 'Books',
        kind: 'book',
        features: 'Illustrated|Complete|Pocket|Revised|Annotated',
        leaves: [
          ['Cookery Books', 'Cookery Book|Baking Book', 2299, 780],
          ['Travel Guides', 'Travel Guide|City Guide|Road Atlas', 1699, 420],
          ["Children's Books", 'Picture Book|Story Book', 1299, 410],
          ['Art Books', 'Photography Book|Design Book', 3499, 1300],
        ],
      },
      {
        name: 'Stationery',
        kind: 'home',
        features: 'Recycled Paper|Leather|Linen|Bamboo|Steel',
        leaves: [
          ['Notebooks', 'Notebook|Diary|Sketchbook', 1099, 290],
          ['Pens', 'Fountain Pen|Ballpoint Pen|Pencil Set', 1499, 60],
          ['Desk Tidies', 'Desk Tidy|Letter Tray|Pen Holder', 1799, 520],
        ],
      },
    ],
  },
  {
    name: 'Toys and Games',
    share: 7,
    shelves: [
      {
        name: 'Toys',
        kind: 'toy',
        features: 'Wooden|Magnetic|Musical|Giant|Soft',
        leaves: [
          ['Building Toys', 'Building Set|Marble Run|Block Set', 3499, 900],
          ['Soft Toys', 'Teddy Bear|Cuddly Rabbit|Hand Puppet', 1999, 310],
          ['Vehicles', 'Train Set|Toy Car|Ride-On Tractor', 2499, 780],
          ['Dolls', "Doll|Doll's House", 2999, 720],
        ],
      },
      {
        name: 'Games',
        kind: 'toy',
        features: 'Family|Travel|Cooperative|Classic|Party',
        leaves: [
          ['Board Games', 'Board Game|Strategy Game', 2999, 1100],
          ['Card Games', 'Card Game|Quiz Game', 1299, 240],
          ['Jigsaws', 'Jigsaw|3D Puzzle', 1499, 640],
        ],
      },
    ],
  },
  {
    name: 'Garden and DIY',
    share: 4,
    shelves: [
      {
        name: 'Garden',
        kind: 'home',
        features: 'Galvanised|Terracotta|Teak|Steel|Hemp',
        leaves: [
          ['Plant Pots', 'Plant Pot|Window Box|Raised Bed', 1999, 2300],
          ['Garden Tools', 'Spade|Secateurs|Rake|Watering Can', 2499, 1200],
          ['Garden Furniture', 'Garden Chair|Garden Bench|Hammock', 8900, 7800],
        ],
      },
      {
        name: 'Tools',
        kind: 'electronics',
        features: 'Cordless|Brushless|Compact|18 V|Heavy-Duty',
        leaves: [
          ['Power Tools', 'Drill|Sander|Circular Saw|Angle Grinder', 8900, 2100],
          ['Hand Tools', 'Screwdriver Set|Socket Set|Hammer', 2499, 900],
        ],
      },
    ],
  },
];
