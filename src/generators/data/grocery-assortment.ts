import type { Department } from './assortment.ts';

/** What a supermarket delivers. Prices are our own estimates of European shelf prices in 2025. */
export const GROCERY_STORE: readonly Department[] = [
  {
    name: 'Fruit and Vegetables',
    share: 22,
    shelves: [
      {
        name: 'Fruit',
        kind: 'food',
        features: 'Organic|Ripe|Regional|Seedless|Sweet',
        leaves: [
          ['Bananas and Tropical Fruit', 'Bananas|Mangoes|Pineapple|Kiwis', 199, 900],
          ['Apples and Pears', 'Apples|Pears|Plums', 249, 1000],
          ['Berries', 'Strawberries|Blueberries|Raspberries', 299, 300],
          ['Citrus Fruit', 'Oranges|Lemons|Limes|Mandarins', 229, 800],
        ],
      },
      {
        name: 'Vegetables',
        kind: 'food',
        features: 'Organic|Regional|Fresh|Baby|Washed',
        leaves: [
          ['Salad', 'Rocket|Spinach|Lettuce|Cucumber', 149, 250],
          ['Tomatoes and Peppers', 'Tomatoes|Cherry Tomatoes|Peppers', 249, 450],
          ['Roots and Onions', 'Carrots|Onions|Potatoes|Garlic', 179, 1200],
          ['Herbs', 'Basil|Parsley|Coriander', 139, 60],
        ],
      },
    ],
  },
  {
    name: 'Dairy and Eggs',
    share: 16,
    shelves: [
      {
        name: 'Milk and Eggs',
        kind: 'food',
        features: 'Organic|Farm|Alpine|Free-Range|Regional',
        leaves: [
          ['Milk', 'Milk|Oat Drink|Buttermilk', 139, 1050],
          ['Eggs', 'Eggs', 279, 620],
          ['Butter and Cream', 'Butter|Cream|Soured Cream', 229, 260],
        ],
      },
      {
        name: 'Cheese and Yoghurt',
        kind: 'food',
        features: 'Organic|Mild|Mature|Low-Fat|Creamy',
        leaves: [
          ['Yoghurt', 'Yoghurt|Greek Yoghurt|Skyr', 169, 500],
          ['Hard Cheese', 'Gouda|Cheddar|Parmesan', 349, 280],
          ['Soft Cheese', 'Mozzarella|Feta|Cream Cheese', 229, 210],
        ],
      },
    ],
  },
  {
    name: 'Bakery',
    share: 9,
    shelves: [
      {
        name: 'Bread',
        kind: 'food',
        features: 'Wholemeal|Sourdough|Rye|Sliced|Spelt',
        leaves: [
          ['Loaves', 'Bread|Toast|Baguette', 279, 600],
          ['Rolls', 'Rolls|Bagels|Wraps', 219, 360],
        ],
      },
      {
        name: 'Cakes and Biscuits',
        kind: 'food',
        features: 'Chocolate|Vanilla|Oat|Almond|Lemon',
        leaves: [
          ['Cakes', 'Cake|Muffins|Croissants', 329, 380],
          ['Biscuits', 'Biscuits|Shortbread|Wafers', 219, 250],
        ],
      },
    ],
  },
  {
    name: 'Pantry',
    share: 20,
    shelves: [
      {
        name: 'Pasta and Rice',
        kind: 'food',
        features: 'Wholewheat|Organic|Egg|Durum|Gluten-Free',
        leaves: [
          ['Pasta', 'Spaghetti|Penne|Fusilli|Lasagne', 159, 500],
          ['Rice and Grains', 'Basmati Rice|Couscous|Quinoa', 249, 500],
        ],
      },
      {
        name: 'Tins and Sauces',
        kind: 'food',
        features: 'Chopped|Organic|Classic|Spicy|Low-Salt',
        leaves: [
          ['Tinned Vegetables', 'Tomatoes|Chickpeas|Sweetcorn|Kidney Beans', 119, 400],
          ['Sauces', 'Pasta Sauce|Ketchup|Mayonnaise|Pesto', 269, 350],
          ['Oil and Vinegar', 'Olive Oil|Rapeseed Oil|Balsamic Vinegar', 649, 780],
        ],
      },
      {
        name: 'Breakfast',
        kind: 'food',
        features: 'Crunchy|Organic|Honey|Fruit|Nut',
        leaves: [
          ['Cereals', 'Muesli|Porridge Oats|Cornflakes', 299, 500],
          ['Spreads', 'Jam|Honey|Peanut Butter', 349, 380],
        ],
      },
    ],
  },
  {
    name: 'Drinks',
    share: 14,
    shelves: [
      {
        name: 'Soft Drinks',
        kind: 'food',
        features: 'Sparkling|Still|Cloudy|No-Sugar|Organic',
        leaves: [
          ['Water', 'Mineral Water', 99, 1550],
          ['Juice', 'Apple Juice|Orange Juice|Smoothie', 229, 1080],
          ['Lemonade', 'Lemonade|Cola|Iced Tea', 159, 1050],
        ],
      },
      {
        name: 'Coffee and Tea',
        kind: 'food',
        features: 'Dark-Roast|Mild|Organic|Decaffeinated|Fairtrade',
        leaves: [
          ['Coffee', 'Coffee Beans|Ground Coffee|Coffee Capsules', 699, 500],
          ['Tea', 'Green Tea|Black Tea|Herbal Tea', 299, 90],
        ],
      },
    ],
  },
  {
    name: 'Meat, Fish and Frozen',
    share: 11,
    shelves: [
      {
        name: 'Meat and Fish',
        kind: 'food',
        features: 'Free-Range|Organic|Smoked|Lean|Marinated',
        leaves: [
          ['Meat', 'Chicken Breast|Minced Beef|Pork Loin', 649, 480],
          ['Fish', 'Salmon Fillet|Cod|Tuna', 749, 320],
          ['Tofu and Meatless', 'Tofu|Falafel|Veggie Burger', 329, 250],
        ],
      },
      {
        name: 'Frozen',
        kind: 'food',
        features: 'Stone-Baked|Organic|Garden|Family|Vegetarian',
        leaves: [
          ['Pizza', 'Pizza|Flatbread', 349, 400],
          ['Frozen Vegetables', 'Peas|Mixed Vegetables|Leaf Spinach', 229, 750],
          ['Ice Cream', 'Ice Cream|Sorbet', 399, 520],
        ],
      },
    ],
  },
  {
    name: 'Household',
    share: 8,
    shelves: [
      {
        name: 'Cleaning',
        kind: 'care',
        features: 'Lemon|Eco|Concentrated|Sensitive|Fresh',
        leaves: [
          ['Washing Powder', 'Washing Powder|Liquid Detergent|Fabric Softener', 699, 1500],
          ['Cleaners', 'All-Purpose Cleaner|Washing-Up Liquid|Bathroom Cleaner', 249, 800],
        ],
      },
      {
        name: 'Body Care',
        kind: 'care',
        features: 'Mild|Aloe|Mint|Sensitive|Family',
        leaves: [
          ['Toothpaste', 'Toothpaste|Mouthwash', 229, 130],
          ['Soap and Shower', 'Shower Gel|Hand Soap|Shampoo', 249, 320],
        ],
      },
    ],
  },
];
